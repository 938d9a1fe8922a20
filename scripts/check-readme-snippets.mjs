// Compiles every ts and js fence of the READMEs and of docs/ strictly against the source, and runs it against an emulator; runs the sh
// fences of docs/, too.
//
// A snippet is a module. It finds LPFN_ACCOUNT_ID, LPFN_CLIENT_ID, LPFN_CLIENT_SECRET, LPFN_DISCOVERY_URL and LPFN_FUNCTION_UUID in
// its environment; the function behind the UUID is called `demo`, answers with its payload and listens to the event `demo_event`. The
// one behind LPFN_FAILING_FUNCTION_UUID throws. A snippet that asks for LPFN_REDIS_URL finds a Redis, if there is a redis-server on the
// PATH, and is compiled only if there is none. Marked `no-run` (```ts no-run) a fence is compiled only. Running needs built packages.
//
// A sh fence is run by bash, with `lpfn` on its PATH, in a folder that the fences of one document share. It ends by itself and stays on
// this machine: what installs or serves is marked `no-run`, and its syntax is checked. So is that of all sh fences of READMEs.
//
//   --only A,B   documents whose path contains A or B
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { startRedis } from '../tools/redis-server.mjs';
import { run } from './child-process.mjs';
import { programNotForATest, readmeFences } from './readme-fences.mjs';
import { programPath } from './system-program.mjs';
import { ROOT, workspacePackages } from './workspace.mjs';

const RUN_TIMEOUT_MS = 30_000;
const SHELL = ['bash', '--noprofile', '--norc', '-eu', '-o', 'pipefail'];
const DEMO_FUNCTION = {
  name: 'demo',
  eventId: 'demo_event',
  code: 'async function lambda(input) { return input.payload; }',
};
const FAILING_FUNCTION = {
  name: 'failing-demo',
  code: "async function lambda() { throw new Error('There is no order 42.'); }",
};
/** What stands in users' own code beside our packages, and the folder of the workspace that has it. */
const BORROWED = [
  ['redis', 'packages/token-store-redis'],
  ['express', 'apps/example-server'],
  ['liveperson-functions-client', 'apps/benchmarks'],
];

const { values: options } = parseArgs({ options: { only: { type: 'string' } } });
const packages = workspacePackages();
const documents = [
  ...[ROOT, ...packages.map(({ directory }) => directory)].map((directory) => join(directory, 'README.md')),
  ...markdownBelow(join(ROOT, 'docs')),
]
  .filter((file) => existsSync(file))
  .map((file) => relative(ROOT, file))
  .filter((source) => options.only?.split(',').some((part) => source.includes(part.trim())) ?? true);
const project = await mkdtemp(join(tmpdir(), 'lp-functions-snippets-'));
let failed = 0;
try {
  const snippets = await writeSnippets();
  const wrong = new Set([
    ...(await compile(snippets.filter(({ language }) => language !== 'sh'))),
    ...(await checkShell(snippets.filter(({ language }) => language === 'sh'))),
  ]);
  await runAll(snippets.filter((snippet) => snippet.run && !wrong.has(snippet)));
  console.log(`${documents.length} documents, ${snippets.length} snippets, ${failed} faults`);
} finally {
  await rm(project, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

/** A folder in which the packages can be imported by name, with one module for each snippet. */
async function writeSnippets() {
  for (const { manifest, directory } of packages) await link(directory, manifest.name);
  await link(join(ROOT, 'node_modules', '@types', 'node'), '@types/node');
  for (const [name, folder] of BORROWED) await link(join(ROOT, folder, 'node_modules', name), name);
  await mkdir(join(project, 'bin'));
  const lpfn = join(ROOT, 'apps', 'cli', 'dist', 'main.js');
  await writeFile(join(project, 'bin', 'lpfn'), `#!/bin/sh\nexec '${process.execPath}' '${lpfn}' "$@"\n`);
  await chmod(join(project, 'bin', 'lpfn'), 0o755);
  await writeFile(join(project, 'package.json'), '{ "type": "module" }\n');
  const snippets = [];
  for (const source of documents) {
    const isReadme = !source.startsWith('docs');
    for (const fence of readmeFences(await readFile(join(ROOT, source), 'utf8'))) {
      const name = `snippet-${snippets.length}.${fence.language}`;
      await writeFile(join(project, name), fence.code);
      snippets.push({ ...fence, run: fence.run && !(isReadme && fence.language === 'sh'), source, name });
    }
  }
  return snippets;
}

function markdownBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/[\\/](?:node_modules|\.vitepress)[\\/]/.test(file))
    .sort();
}

async function link(target, name) {
  const path = join(project, 'node_modules', name);
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path, 'dir');
}

/** Type-checks all snippets in one program and reports at the line of the README. */
async function compile(snippets) {
  const program = ts.createProgram(
    snippets.map(({ name }) => join(project, name)),
    {
      target: ts.ScriptTarget.ES2023,
      lib: ['lib.es2023.d.ts'],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      moduleDetection: ts.ModuleDetectionKind.Force,
      customConditions: ['source'],
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      allowJs: true,
      checkJs: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      noEmit: true,
    },
  );
  const wrong = new Set();
  for (const { file, start, messageText } of ts.getPreEmitDiagnostics(program)) {
    const snippet = snippets.find(({ name }) => file?.fileName === join(project, name));
    const message = ts.flattenDiagnosticMessageText(messageText, '\n         ');
    // An error in a package's own source is for its type check to report.
    if (file !== undefined && snippet === undefined) continue;
    if (snippet === undefined) {
      fault(message);
      continue;
    }
    wrong.add(snippet);
    fault(`${snippet.source}:${snippet.line + ts.getLineAndCharacterOfPosition(file, start ?? 0).line}: ${message}`);
  }
  for (const { name, language, code } of snippets.filter((snippet) => snippet.language === 'ts')) {
    const { outputText } = ts.transpileModule(code, {
      fileName: name,
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
    });
    await writeFile(join(project, name.replace(language, 'js')), outputText);
  }
  return wrong;
}

/** Whether bash can read all shell fences, and none that is to be run would leave this machine. */
async function checkShell(snippets) {
  const wrong = new Set();
  for (const snippet of snippets) {
    const { code, output } = await run('bash', ['-n', snippet.name], { cwd: project, capture: true });
    const program = snippet.run ? programNotForATest(snippet.code) : undefined;
    if (code === 0 && program === undefined) continue;
    wrong.add(snippet);
    const reason = program === undefined ? output : `${program} is not for a test: mark the fence no-run`;
    fault(`${snippet.source}:${snippet.line}: ${reason}`);
  }
  return wrong;
}

async function runAll(snippets) {
  if (snippets.length === 0) return;
  const emulatorModule = packages.find(({ folder }) => folder === 'packages/emulator').directory + '/dist/index.js';
  const { startEmulator } = await import(pathToFileURL(emulatorModule).href);
  const emulator = await startEmulator();
  const program = programPath(['redis-server']);
  const redis = program === undefined ? undefined : await startRedis(program);
  try {
    const { uuid } = await emulator.functions.add(DEMO_FUNCTION);
    const failing = await emulator.functions.add(FAILING_FUNCTION);
    const env = {
      LPFN_ACCOUNT_ID: emulator.accountId,
      LPFN_CLIENT_ID: emulator.apps.default.clientId,
      LPFN_CLIENT_SECRET: emulator.apps.default.clientSecret,
      LPFN_DISCOVERY_URL: emulator.discoveryUrl,
      LPFN_FUNCTION_UUID: uuid,
      LPFN_FAILING_FUNCTION_UUID: failing.uuid,
      ...(redis === undefined ? {} : { LPFN_REDIS_URL: redis.url }),
    };
    for (const snippet of snippets) {
      const place = `${snippet.source}:${snippet.line}`;
      if (redis === undefined && snippet.code.includes('LPFN_REDIS_URL')) {
        console.log(`SKIPPED ${place}: compiled, not run: there is no redis-server`);
        continue;
      }
      const { code, output } = await (snippet.language === 'sh' ? runShell(snippet, env) : runModule(snippet, env));
      if (code === 0) console.log(`ok   ${place}`);
      else fault(`${place}: exit code ${code}\n${output.replaceAll(/^/gm, '         ')}`);
    }
  } finally {
    await redis?.close();
    await emulator.close();
  }
}

function runModule({ name, language }, env) {
  const module = name.replace(new RegExp(`${language}$`), 'js');
  return run(process.execPath, [module], { cwd: project, env, capture: true, timeoutMs: RUN_TIMEOUT_MS });
}

/** A home of its own: nothing of this machine's user is read, and nothing is left there. */
async function runShell({ name, source }, env) {
  const folder = join(project, 'work', source.replaceAll(/\W/g, '-'));
  await mkdir(folder, { recursive: true });
  const own = { HOME: folder, LPFN_CONFIG_DIR: join(folder, '.lpfn'), BROWSER: 'none', NO_COLOR: '1' };
  const PATH = join(project, 'bin') + delimiter + (process.env.PATH ?? '');
  return run(SHELL[0], [...SHELL.slice(1), join(project, name)], {
    cwd: folder,
    env: { ...env, ...own, PATH },
    capture: true,
    timeoutMs: RUN_TIMEOUT_MS,
  });
}

function fault(message) {
  failed += 1;
  console.log(`FAIL ${message}`);
}
