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
// A peer that leaves its range makes its dependents jump to the next major. That has to be somebody's intent.
const meant = new Set(
  changesets.flatMap((note) => note.releases.filter(({ type }) => type === 'major').map(({ name }) => name)),
);
const jumps = releases.filter(({ name, type }) => type === 'major' && !meant.has(name));
for (const { name, newVersion } of jumps)
  console.log(`FAIL ${name} would become ${newVersion}, and no note says major`);
process.exitCode = jumps.length === 0 ? 0 : 1;
for (const { name, oldVersion, newVersion } of releases) console.log(`       ${name} ${oldVersion} -> ${newVersion}`);
