// Publishes every package whose version the registry does not have. Versions come from `changeset version`; the packages must
// have been built. What broke off is taken up again by another run.
//
//   --registry URL         another one than npm's own configuration names
//   --without-provenance   for a registry that takes no statement of origin, or a machine that can give none
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from './child-process.mjs';
import { packPackages } from './pack-packages.mjs';
import { releaseOrder } from './release-order.mjs';
import { publishedPackages, ROOT } from './workspace.mjs';

const PUBLISH_LIMIT_MS = 120_000;
const { values: options } = parseArgs({
  options: { registry: { type: 'string' }, 'without-provenance': { type: 'boolean' } },
});
const registry = options.registry === undefined ? [] : [`--registry=${options.registry}`];

const packages = releaseOrder(publishedPackages());
const obstacles = [
  ...readdirSync(join(ROOT, '.changeset'))
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => `.changeset/${name} is in no version yet: run release:version first`),
  ...packages
    .filter(({ directory }) => !existsSync(join(directory, 'dist')))
    .map(({ manifest }) => `${manifest.name} is not built`),
];
for (const obstacle of obstacles) console.error(`FAIL ${obstacle}`);
process.exitCode = obstacles.length === 0 ? await publishAll() : 1;

async function publishAll() {
  const published = await Promise.all(packages.map(({ manifest }) => isPublished(manifest)));
  for (const { manifest } of packages.filter((_, at) => published[at])) {
    console.log(`ok   ${idOf(manifest)} is there already`);
  }
  const missing = packages.filter((_, at) => !published[at]);
  if (missing.length === 0) return 0;
  const packed = await packPackages();
  try {
    for (const { manifest } of missing) {
      const { file } = packed.tarballs.find(({ name }) => name === manifest.name);
      const provenance = options['without-provenance'] ? ['--provenance=false'] : ['--provenance'];
      const args = ['publish', file, '--access=public', '--ignore-scripts', ...provenance, ...registry];
      const { code, output } = await run('npm', args, { capture: true, timeoutMs: PUBLISH_LIMIT_MS });
      if (code !== 0) {
        console.error(`FAIL ${idOf(manifest)}\n${output}`);
        return 1;
      }
      console.log(`ok   ${idOf(manifest)} published`);
    }
    return 0;
  } finally {
    await packed.remove();
  }
}

/** A question that fails is taken for no: npm then refuses to publish over what is there. */
async function isPublished(manifest) {
  const args = ['view', idOf(manifest), 'version', ...registry];
  const { code, stdout } = await run('npm', args, { capture: true, timeoutMs: PUBLISH_LIMIT_MS });
  return code === 0 && stdout.trim() === manifest.version;
}

function idOf({ name, version }) {
  return `${name}@${version}`;
}
