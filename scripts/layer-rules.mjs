const EMULATOR = '@lp-functions/emulator';

/**
 * What is wrong with the layering, beyond the arrows that `turbo boundaries` checks.
 *
 * @param {readonly { group: string, folder: string, manifest: any, tags: readonly string[] }[]} packages
 * @param {readonly string[]} knownTags the tags that turbo.json has rules for
 * @returns {string[]} one sentence for each fault
 */
export function layerFaults(packages, knownTags) {
  const privateNames = packages
    .filter(({ manifest }) => manifest.private === true)
    .map(({ manifest }) => manifest.name);
  return packages.flatMap(({ group, folder, manifest, tags }) => {
    const expected = group === 'apps' ? 'layer-app' : `layer-${folder.slice('packages/'.length)}`;
    const needed = Object.keys({
      ...manifest.dependencies,
      ...manifest.peerDependencies,
      ...manifest.optionalDependencies,
    });
    return [
      ...(tags.length === 1 && tags[0] === expected ? [] : [`${folder}/turbo.json must have the one tag ${expected}`]),
      ...(knownTags.includes(expected) ? [] : [`turbo.json has no rule for ${expected}`]),
      ...(group === 'packages' && needed.includes(EMULATOR)
        ? [`${folder} may have ${EMULATOR} among its devDependencies only`]
        : []),
      ...(manifest.private === true
        ? []
        : needed
            .filter((name) => privateNames.includes(name))
            .map((name) => `${folder} is published and depends on ${name}, which is not`)),
    ];
  });
}
