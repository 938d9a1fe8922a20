// Compiles every ts and js fence of the READMEs strictly against the source, and runs it against an emulator.
//
// A snippet is a module. It finds LPFN_ACCOUNT_ID, LPFN_CLIENT_ID, LPFN_CLIENT_SECRET, LPFN_DISCOVERY_URL and LPFN_FUNCTION_UUID in
// its environment; the function behind the UUID answers with its payload and listens to the event `demo_event`. One that asks for
// LPFN_REDIS_URL finds a Redis, if there is a redis-server on the PATH, and is compiled only if there is none. Marked `no-run`
// (```ts no-run) a fence is compiled only. Running needs built packages.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { startRedis } from '../tools/redis-server.mjs';
import { run } from './child-process.mjs';
import { readmeFences } from './readme-fences.mjs';
import { ROOT, workspacePackages } from './workspace.mjs';

const RUN_TIMEOUT_MS = 30_000;
const DEMO_FUNCTION = {
  name: 'demo',
  eventId: 'demo_event',
  code: 'async function lambda(input) { return input.payload; }',
};

const packages = workspacePackages();
const readmes = [ROOT, ...packages.map(({ directory }) => directory)]
  .map((directory) => join(directory, 'README.md'))
  .filter((file) => existsSync(file));
const project = await mkdtemp(join(tmpdir(), 'lp-functions-snippets-'));
let failed = 0;
try {
  const snippets = await writeSnippets();
  const wrong = await compile(snippets);
  await runAll(snippets.filter((snippet) => snippet.run && !wrong.has(snippet)));
  console.log(`${readmes.length} READMEs, ${snippets.length} snippets, ${failed} faults`);
} finally {
  await rm(project, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

/** A folder in which the packages can be imported by name, with one module for each snippet. */
async function writeSnippets() {
  for (const { manifest, directory } of packages) await link(directory, manifest.name);
  await link(join(ROOT, 'node_modules', '@types', 'node'), '@types/node');
  // What packages have as a peer stands in their users' own code.
  await link(join(ROOT, 'packages', 'token-store-redis', 'node_modules', 'redis'), 'redis');
  await writeFile(join(project, 'package.json'), '{ "type": "module" }\n');
  const snippets = [];
  for (const readme of readmes) {
    const source = relative(ROOT, readme);
    for (const fence of readmeFences(await readFile(readme, 'utf8'))) {
      const name = `snippet-${snippets.length}.${fence.language}`;
      await writeFile(join(project, name), fence.code);
      snippets.push({ ...fence, source, name });
    }
  }
  return snippets;
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

async function runAll(snippets) {
  if (snippets.length === 0) return;
  const emulatorModule = packages.find(({ folder }) => folder === 'packages/emulator').directory + '/dist/index.js';
  const { startEmulator } = await import(pathToFileURL(emulatorModule).href);
  const emulator = await startEmulator();
  const program = redisServer();
  const redis = program === undefined ? undefined : await startRedis(program);
  try {
    const { uuid } = await emulator.functions.add(DEMO_FUNCTION);
    const env = {
      LPFN_ACCOUNT_ID: emulator.accountId,
      LPFN_CLIENT_ID: emulator.apps.default.clientId,
      LPFN_CLIENT_SECRET: emulator.apps.default.clientSecret,
      LPFN_DISCOVERY_URL: emulator.discoveryUrl,
      LPFN_FUNCTION_UUID: uuid,
      ...(redis === undefined ? {} : { LPFN_REDIS_URL: redis.url }),
    };
    for (const { name, language, source, line, code: text } of snippets) {
      if (redis === undefined && text.includes('LPFN_REDIS_URL')) {
        console.log(`SKIPPED ${source}:${line}: compiled, not run: there is no redis-server`);
        continue;
      }
      const module = name.replace(new RegExp(`${language}$`), 'js');
      const { code, output } = await run(process.execPath, [module], {
        cwd: project,
        env,
        capture: true,
        timeoutMs: RUN_TIMEOUT_MS,
      });
      if (code === 0) console.log(`ok   ${source}:${line}`);
      else fault(`${source}:${line}: exit code ${code}\n${output.replaceAll(/^/gm, '         ')}`);
    }
  } finally {
    await redis?.close();
    await emulator.close();
  }
}

function redisServer() {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'redis-server'))
    .find((path) => existsSync(path));
}

function fault(message) {
  failed += 1;
  console.log(`FAIL ${message}`);
}
