// Assembles the next release from .changeset without writing anything: a note that names an unknown package or bump fails here,
// not on the day of the release.
import { join } from 'node:path';
import getReleasePlan from '@changesets/get-release-plan';
import { readJson, ROOT } from './workspace.mjs';

const { fixed, linked } = readJson(join(ROOT, '.changeset', 'config.json'));
if (fixed.length > 0 || linked.length > 0) {
  throw new Error('.changeset/config.json ties versions together: each package is versioned on its own.');
}
const { changesets, releases } = await getReleasePlan(ROOT);
console.log(`ok   ${changesets.length} changesets`);
for (const { name, oldVersion, newVersion } of releases) console.log(`       ${name} ${oldVersion} -> ${newVersion}`);
