// What `turbo boundaries` does not look at: it accepts a package that has no tag, and takes a devDependency for a dependency.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { layerFaults } from './layer-rules.mjs';
import { readJson, ROOT, workspacePackages } from './workspace.mjs';

const { tags } = readJson(join(ROOT, 'turbo.json')).boundaries;
const packages = workspacePackages().map(({ group, folder, directory, manifest }) => {
  const settings = join(directory, 'turbo.json');
  return { group, folder, manifest, tags: existsSync(settings) ? (readJson(settings).tags ?? []) : [] };
});
const faults = layerFaults(packages, Object.keys(tags));
for (const fault of faults) console.log(`FAIL ${fault}`);
if (faults.length === 0) console.log(`ok   ${packages.length} packages, each in one layer`);
process.exitCode = faults.length === 0 ? 0 : 1;
