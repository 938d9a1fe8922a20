// Installs the packed packages in an empty project, as a user would with npm, and uses them there.
//
//   node tools/consumer/run.mjs [--node PATH]... [--bun PATH] [--deno PATH] [--alone]
//
// PATH is the runtime to use them with: the running Node unless told. The project is installed and compiled once. `--alone` also
// installs each package by itself.
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../../scripts/child-process.mjs';
import { packPackages } from '../../scripts/pack-packages.mjs';
import { readJson, ROOT } from '../../scripts/workspace.mjs';
import { checkAlone } from './alone.mjs';
import { bundle, withPlatform } from './client-elsewhere.mjs';
import { createConsumer, entryPoints } from './consumer-project.mjs';

const CHECK_TIMEOUT_MS = 60_000;
const { values } = parseArgs({
  options: {
    node: { type: 'string', multiple: true, default: [process.execPath] },
    bun: { type: 'string' },
    deno: { type: 'string' },
    alone: { type: 'boolean', default: false },
  },
});
const counts = { passed: 0, failed: 0 };

const packed = await packPackages();
const consumer = await createConsumer(
  packed.tarballs,
  packed.tarballs.map(({ name }) => name),
  {
    devDependencies: { '@types/node': readJson(join(ROOT, 'node_modules', '@types', 'node', 'package.json')).version },
  },
);
const { directory: project, manifestOf: installed } = consumer;
const elsewhere = await mkdtemp(join(tmpdir(), 'lp-functions-bundle-'));
try {
  for (const file of ['call.mjs', 'consume.ts', 'entry-point.cjs']) {
    await copyFile(join(import.meta.dirname, file), join(project, file));
  }
  await copyFile(join(import.meta.dirname, 'tsconfig.consumer.json'), join(project, 'tsconfig.json'));
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
  await withPlatform(project, async (program, call) => {
    const bundled = await bundle(program, elsewhere);
    for (const node of values.node)
      await check(`a bundle by esbuild, far from node_modules, on ${node}`, () => call(node, [bundled]));
    if (values.bun !== undefined) await check('the client on Bun', () => call(values.bun, ['run', program]));
    if (values.deno !== undefined) {
      const rights = ['--allow-net', '--allow-env', '--allow-read', '--allow-sys'];
      await check('the client on Deno', () =>
        call(values.deno, ['run', '--no-prompt', '--node-modules-dir=manual', ...rights, program]),
      );
    }
  });
  if (values.alone) {
    const left = packed.tarballs.map(({ name }) => name);
    const lane = async () => {
      for (let name = left.shift(); name !== undefined; name = left.shift()) {
        const alone = name;
        await check(`${alone} alone`, () => checkAlone(packed.tarballs, alone));
      }
    };
    await Promise.all([lane(), lane()]);
  }
} finally {
  await rm(elsewhere, { recursive: true, force: true });
  await consumer.remove();
  await packed.remove();
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;

function oneCopyEach() {
  const ours = consumer.installed().filter(({ name }) => name.startsWith('@lp-functions/'));
  const foreign = ours.filter(({ resolved }) => !resolved?.startsWith('file:')).map(({ path }) => path);
  const ok = ours.length === packed.tarballs.length && foreign.length === 0;
  return {
    ok,
    output: `installed: ${ours.map(({ path }) => path).join(', ')}; not from a tarball: ${foreign.join(', ')}`,
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
