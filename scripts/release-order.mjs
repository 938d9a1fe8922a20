/**
 * Packages in the order in which they are published: whatever one depends on comes before it, so that a release that breaks off
 * leaves nothing behind that cannot be installed.
 *
 * @param {readonly { manifest: any }[]} packages
 * @throws Error for packages that depend on each other
 */
export function releaseOrder(packages) {
  const byName = new Map(packages.map((one) => [one.manifest.name, one]));
  const ordered = new Set();
  const visit = (one, path) => {
    if (ordered.has(one)) return;
    const { name } = one.manifest;
    if (path.includes(name)) throw new Error(`${[...path, name].join(' needs ')}`);
    for (const kind of ['dependencies', 'optionalDependencies']) {
      for (const needed of Object.keys(one.manifest[kind] ?? {})) {
        if (byName.has(needed)) visit(byName.get(needed), [...path, name]);
      }
    }
    ordered.add(one);
  };
  for (const one of packages) visit(one, []);
  return [...ordered];
}
