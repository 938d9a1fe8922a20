// Installs the packed packages in an empty project, as a user would with npm, and uses them there.
//
//   node tools/consumer/run.mjs [--node PATH]...
//
// PATH is the Node to use them with: the running one unless told. The project is installed and compiled once.
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../../scripts/child-process.mjs';
import { packPackages } from '../../scripts/pack-packages.mjs';
import { readJson, ROOT } from '../../scripts/workspace.mjs';

const CHECK_TIMEOUT_MS = 60_000;
const { values } = parseArgs({ options: { node: { type: 'string', multiple: true, default: [process.execPath] } } });
const counts = { passed: 0, failed: 0 };

const packed = await packPackages();
const project = await mkdtemp(join(tmpdir(), 'lp-functions-consumer-'));
try {
  await install();
  await check('every package was installed once, from its tarball', oneCopyEach);
  const specifiers = packed.tarballs.flatMap(({ name }) => entryPoints(installed(name)));
  await check('strict tsc, skipLibCheck off', () => compile(specifiers));
  for (const node of values.node) {
    const { stdout } = await run(node, ['-v'], { capture: true });
    const label = `Node ${stdout.trim() || node}`;
    for (const specifier of specifiers) {
      await check(`${label}: import and require of ${specifier}`, () =>
        inProject(node, ['entry-point.cjs', specifier]),
      );
    }
    await check(`${label}: lpfn --version`, () => printsVersion(node));
    await check(`${label}: emulator, client and lpfn together`, () => inProject(node, ['call.mjs', lpfn()]));
  }
} finally {
  await rm(project, { recursive: true, force: true });
  await packed.remove();
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;

async function install() {
  const names = packed.tarballs.map(({ name }) => name);
  const types = readJson(join(ROOT, 'node_modules', '@types', 'node', 'package.json')).version;
  await writeJson('package.json', {
    name: 'consumer',
    type: 'module',
    private: true,
    dependencies: Object.fromEntries(packed.tarballs.map(({ name, file }) => [name, `file:${file}`])),
    devDependencies: { '@types/node': types },
    // A sibling is the tarball too, whatever version range a package asks for.
    overrides: Object.fromEntries(names.map((name) => [name, `$${name}`])),
  });
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await run('npm', ['install', ...options], { cwd: project, capture: true });
  if (code !== 0) throw new Error(`npm cannot install the packed packages:\n${output}`);
  for (const file of ['call.mjs', 'consume.ts', 'entry-point.cjs']) {
    await copyFile(join(import.meta.dirname, file), join(project, file));
  }
  await copyFile(join(import.meta.dirname, 'tsconfig.consumer.json'), join(project, 'tsconfig.json'));
}

function oneCopyEach() {
  const { packages } = readJson(join(project, 'package-lock.json'));
  const ours = Object.entries(packages).filter(([path]) => path.includes('node_modules/@lp-functions/'));
  const foreign = ours.filter(([, { resolved }]) => !resolved?.startsWith('file:')).map(([path]) => path);
  const ok = ours.length === packed.tarballs.length && foreign.length === 0;
  return {
    ok,
    output: `installed: ${ours.map(([path]) => path).join(', ')}; not from a tarball: ${foreign.join(', ')}`,
  };
}

async function compile(specifiers) {
  const source = specifiers
    .map((specifier, index) => `import * as entry${index} from '${specifier}';\nvoid entry${index};\n`)
    .join('');
  await writeFile(join(project, 'entry-points.ts'), source);
  await writeFile(
    join(project, 'entry-points.cts'),
    source.replaceAll(/import \* as (\w+) from '(.*)';/g, "import $1 = require('$2');"),
  );
  return ended(await run('tsc', ['-p', project], { capture: true }));
}

async function inProject(node, args) {
  return ended(await run(node, args, { cwd: project, capture: true, timeoutMs: CHECK_TIMEOUT_MS }));
}

async function printsVersion(node) {
  const { code, stdout, output } = await run(node, [lpfn(), '--version'], { cwd: project, capture: true });
  const expected = `${installed('@lp-functions/cli').version}\n`;
  return { ok: code === 0 && stdout === expected, output: `expected ${expected}got exit code ${code} and ${output}` };
}

function installed(name) {
  return readJson(join(project, 'node_modules', name, 'package.json'));
}

/** What a user can import from a package. */
function entryPoints({ name, exports = {} }) {
  return Object.keys(exports)
    .filter((subpath) => subpath !== './package.json')
    .map((subpath) => name + subpath.slice(1));
}

function lpfn() {
  return join(project, 'node_modules', '@lp-functions', 'cli', installed('@lp-functions/cli').bin.lpfn);
}

function ended({ code, output }) {
  return { ok: code === 0, output };
}

async function check(what, work) {
  const { ok, output } = await work();
  counts[ok ? 'passed' : 'failed'] += 1;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${what}`);
  if (!ok) console.log(output.replaceAll(/^/gm, '       '));
}

function writeJson(name, value) {
  return writeFile(join(project, name), `${JSON.stringify(value, null, 2)}\n`);
}
