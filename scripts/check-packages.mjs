// Checks every published package in the form that users get: packed.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpack } from '@publint/pack';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { run } from './child-process.mjs';
import { folderBytes, installedPackages } from './installed-packages.mjs';
import { packPackages } from './pack-packages.mjs';
import { budgetFaults, contentFaults, dormantFaults, manifestFaults, repositoryFaults } from './package-rules.mjs';
import { publishedPackages, readJson, ROOT } from './workspace.mjs';

const budgets = readJson(join(ROOT, 'tools', 'package-budgets.json'));
/** The official client as apps/benchmarks has it: what ours is held against. */
const OFFICIAL = join(ROOT, 'apps', 'benchmarks', 'node_modules', 'liveperson-functions-client');

const packed = await packPackages();
let failed = false;
try {
  const unpacked = await Promise.all(packed.tarballs.map(unpackTarball));
  for (const one of unpacked) {
    const { name, manifest, files } = one;
    const { faults, measured } = await inspect(one, unpacked);
    console.log(
      `${faults.length === 0 ? 'ok  ' : 'FAIL'} ${name} ${manifest.version}: ${describe(measured)}, ${files.length} files`,
    );
    for (const fault of faults) console.log(`       ${fault}`);
    failed ||= faults.length > 0;
  }
} finally {
  await packed.remove();
}
const names = publishedPackages().map(({ manifest }) => manifest.name);
for (const stale of Object.keys(budgets).filter((name) => !names.includes(name))) {
  console.log(`FAIL tools/package-budgets.json has a budget for ${stale}, which is not published`);
  failed = true;
}
process.exitCode = failed ? 1 : 0;

async function unpackTarball({ name, folder, file }) {
  const tarball = await readFile(file);
  const buffer = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength);
  const { files: entries, rootDir } = await unpack(buffer);
  const files = entries.map(({ name: path, data }) => ({
    name: path.slice(rootDir.length + 1),
    bytes: data.byteLength,
    text: () => Buffer.from(data).toString('utf8'),
  }));
  const manifest = JSON.parse(files.find((entry) => entry.name === 'package.json').text());
  return { name, folder, file, buffer, files, manifest, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

async function inspect({ name, folder, file, buffer, files, manifest, bytes }, unpacked) {
  const installed = installedPackages(join(ROOT, folder));
  const foreignBytes = bytesOf(installed.filter((one) => !one.name.startsWith('@lp-functions/')));
  const measured = {
    unpackedKb: kilobytes(bytes),
    dependencies: Object.keys(manifest.dependencies ?? {}).length,
    installedPackages: installed.length,
    // Other people's code that comes along: ours is in unpackedKb.
    foreignKb: kilobytes(foreignBytes),
    ...(name === '@lp-functions/client'
      ? { percentOfOfficial: percentOfOfficial(foreignBytes, installed, unpacked) }
      : {}),
  };
  const faults = [
    ...manifestFaults(manifest),
    ...repositoryFaults(manifest, folder),
    ...dormantFaults(installed),
    ...contentFaults({ manifest, files }),
    ...budgetFaults(budgets[name], measured),
    ...(await publintFaults(buffer)),
    ...(await attwFaults(manifest, file)),
  ];
  return { faults, measured };
}

/** What is installed with ours, as it is packed, against what is installed with LivePerson's client. */
function percentOfOfficial(foreignBytes, installed, unpacked) {
  const names = installed.map(({ name }) => name);
  const own = unpacked.filter(({ name }) => names.includes(name)).reduce((sum, { bytes }) => sum + bytes, 0);
  return Math.ceil((100 * (foreignBytes + own)) / bytesOf(installedPackages(OFFICIAL)));
}

function bytesOf(packages) {
  return packages.reduce((sum, { directory }) => sum + folderBytes(directory), 0);
}

async function publintFaults(tarball) {
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);
}

/** Resolves every entry point the ways TypeScript can. A package without entry points (a program) has nothing to resolve. */
async function attwFaults(manifest, file) {
  if (manifest.exports === undefined) return [];
  const { code, output } = await run('attw', [file, '--profile', 'esm-only', '--no-emoji', '--no-color'], {
    capture: true,
  });
  return code === 0 ? [] : [`attw:\n${output}`];
}

function kilobytes(bytes) {
  return Math.ceil(bytes / 1000);
}

function describe(measured) {
  return Object.entries(measured)
    .map(([what, value]) => `${what} ${value}`)
    .join(', ');
}
