/** What a tarball may hold. Everything else got in by accident. */
const COMMON_CONTENTS = [/^package\.json$/, /^README\.md$/, /^LICENSE$/, /^CHANGELOG\.md$/, /^dist\//];
/** Folders that one package ships in addition. */
const EXTRA_CONTENTS = { '@lp-functions/emulator': [/^runtime\//] };
const REQUIRED_KEYWORDS = ['liveperson', 'faas'];
const REQUIRED_CONTENTS = ['package.json', 'README.md', 'LICENSE'];
/** Modules that a public declaration may name: Node's own and ours. Anything else would tie users to a library we may swap. */
const DECLARATION_MAY_IMPORT = /^(?:node:|@lp-functions\/|\.)/;
/** Compiled tests, and maps to sources that are not there. */
const REFUSED_CONTENTS = [
  /\.map$/,
  /(?:^|\/)(?:test|tests|__tests__|coverage)\//,
  /\.(?:test|spec)(?:\.d|-d)?\.[cm]?[jt]sx?$/,
];
/** Libraries that nobody keeps any more, or whose versions up to the given one are no longer kept. */
const DORMANT = new Map(
  [
    ...[
      'guid-typescript',
      'har-validator',
      'request',
      'request-promise',
      'request-promise-core',
      'request-promise-native',
    ],
    ...['statman-stopwatch', 'verror', 'vm2'],
  ]
    .map((name) => [name, Infinity])
    .concat([['got', 11]]),
);

/**
 * What is wrong with the contents of a packed package.
 *
 * @param {{ manifest: any, files: readonly { name: string, text(): string }[] }} packed names relative to the package
 * @returns {string[]} one sentence for each fault
 */
export function contentFaults({ manifest, files }) {
  const names = files.map(({ name }) => name);
  const allowed = [...COMMON_CONTENTS, ...(EXTRA_CONTENTS[manifest.name] ?? [])];
  return [
    ...names
      .filter(
        (name) => !allowed.some((pattern) => pattern.test(name)) || REFUSED_CONTENTS.some((one) => one.test(name)),
      )
      .map((name) => `${name} must not be packed`),
    ...REQUIRED_CONTENTS.filter((name) => !names.includes(name)).map((name) => `${name} is missing`),
    ...targets(manifest.exports ?? {})
      .concat(Object.values(typeof manifest.bin === 'object' ? manifest.bin : {}))
      .map((target) => target.replace(/^\.\//, ''))
      .filter((target) => !names.includes(target))
      .map((target) => `package.json names ${target}, which is not packed`),
    ...files.filter(({ name }) => name.endsWith('.d.ts')).flatMap(declarationFaults),
  ];
}

/**
 * What is wrong with a packed package.json.
 *
 * @param {any} manifest
 * @returns {string[]}
 */
export function manifestFaults(manifest) {
  const dependencies = ['dependencies', 'optionalDependencies', 'peerDependencies'].flatMap((kind) =>
    Object.entries(manifest[kind] ?? {}),
  );
  return [
    ...(conditions(manifest.exports ?? {}).includes('source') ? ['exports still have the source condition'] : []),
    ...dependencies
      .filter(([, range]) => /^(?:workspace|file|link|portal|catalog|git|https?):/.test(range))
      .map(([name, range]) => `the dependency on ${name} is ${range}, not a range`),
    ...['license', 'description', 'repository', 'engines', 'type', 'files', 'sideEffects']
      .filter((key) => !(key in manifest))
      .map((key) => `${key} is missing`),
    ...(manifest.exports === undefined && manifest.bin === undefined ? ['it has neither exports nor bin'] : []),
    ...(manifest.main === undefined ? [] : ['main is for packages without exports']),
    ...REQUIRED_KEYWORDS.filter((word) => !(manifest.keywords ?? []).includes(word)).map(
      (word) => `${word} is not among the keywords`,
    ),
    ...publishFaults(manifest.publishConfig ?? {}),
    ...['preinstall', 'install', 'postinstall', 'prepare']
      .filter((script) => script in (manifest.scripts ?? {}))
      .map((script) => `a ${script} script would run on the user's machine`),
  ];
}

/** npm shows where a package was built only if it was asked to when it was published. */
function publishFaults({ access, provenance, registry }) {
  return [
    ...(access === 'public' ? [] : ['publishConfig.access is not public']),
    ...(provenance === true ? [] : ['publishConfig.provenance is not true']),
    // Where to publish is for who publishes to say; a test says another place than a release.
    ...(registry === undefined ? [] : ['publishConfig names a registry']),
  ];
}

/**
 * Whether the repository field leads to the sources of the package.
 *
 * @param {any} manifest
 * @param {string} folder of the package, relative to the repository
 */
export function repositoryFaults({ repository }, folder) {
  const { type, url, directory } = repository ?? {};
  return [
    ...(type === 'git' && /^git\+https:\/\/[^?#@]+\.git$/.test(url ?? '')
      ? []
      : ['repository.url is not git+https://….git']),
    ...(directory === folder ? [] : [`repository.directory is ${directory}, not ${folder}`]),
  ];
}

/**
 * Which of the installed packages nobody keeps any more.
 *
 * @param {readonly { name: string, version: string }[]} installed
 */
export function dormantFaults(installed) {
  return installed
    .filter(({ name, version }) => Number.parseInt(version, 10) <= (DORMANT.get(name) ?? -1))
    .map(({ name, version }) => `${name} ${version} comes along, which is no longer kept`);
}

/**
 * Which budgets a package exceeds.
 *
 * @param {Record<string, number> | undefined} budget upper bounds by name
 * @param {Record<string, number>} measured
 */
export function budgetFaults(budget, measured) {
  if (budget === undefined) return ['tools/package-budgets.json has no budget for it'];
  return Object.entries(measured).flatMap(([what, value]) => {
    if (budget[what] === undefined) return [`tools/package-budgets.json has no ${what} for it`];
    return value > budget[what] ? [`${what} is ${value}, the budget is ${budget[what]}`] : [];
  });
}

function declarationFaults({ name, text }) {
  return [...text().matchAll(/(?:\bfrom|\bimport\s*\(?|\brequire\()\s*['"]([^'"]+)['"]/g)]
    .map(([, module]) => module)
    .filter((module) => !DECLARATION_MAY_IMPORT.test(module))
    .map((module) => `${name} names the third-party module ${module}`);
}

/** The files that an `exports` value points to. */
function targets(value) {
  if (typeof value === 'string') return [value];
  return value === null ? [] : Object.values(value).flatMap(targets);
}

/** The conditions and subpaths that an `exports` value distinguishes. */
function conditions(value) {
  if (typeof value !== 'object' || value === null) return [];
  return [...Object.keys(value), ...Object.values(value).flatMap(conditions)];
}
