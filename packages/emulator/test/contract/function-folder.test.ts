import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../src/index.ts';
import { isAlive } from '../compiled-emulator.ts';
import { digestOf } from '../folder-digest.ts';
import { callerOf, eventually, type Answer } from '../platform-caller.ts';

let project: string;
let emulator: Emulator | undefined;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'lpfn-test-project-'));
});
afterEach(async () => {
  await emulator?.close();
  emulator = undefined;
  rmSync(project, { recursive: true, force: true });
});

function write(files: Readonly<Record<string, string | object>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

async function start(options: EmulatorOptions = {}): Promise<Emulator> {
  emulator = await startEmulator({ functions: project, ...options });
  return emulator;
}

async function invoke(name: string, payload?: unknown): Promise<Answer> {
  if (emulator === undefined) throw new Error('not started');
  return callerOf(emulator).invoke(emulator.functions.get(name).uuid, payload);
}

/** The two files that LivePerson's CLI writes for a new function, V2 and V1. */
const V2_CONFIG = {
  name: null,
  event: null,
  description: null,
  input: { headers: [], payload: {} },
  environmentVariables: { key: 'value' },
};
const V1_CONFIG = { ...V2_CONFIG, environmentVariables: [{ key: '', value: '' }] };

test("a project as LivePerson's CLI makes it is taken as it is, by its root or its functions folder", async () => {
  write({
    'README.md': '',
    'functions/settings.json': { secrets: [{ key: '', value: '' }] },
    'functions/one/index.js': "async function lambda(input) {\n  return 'result';\n}\n",
    'functions/one/config.json': V2_CONFIG,
    'functions/two/index.js': 'function lambda(input, callback) {\n  callback(null, `Hello World`);\n}\n',
    'functions/two/config.json': V1_CONFIG,
  });
  const { functions } = await start();
  expect(functions.list().map(({ name, eventId, problem }) => [name, eventId, problem])).toEqual([
    ['one', undefined, undefined],
    ['two', undefined, undefined],
  ]);
  expect((await invoke('one')).text).toBe('"result"');
  expect((await invoke('two')).text).toBe('"Hello World"');
  const other = await startEmulator({ functions: join(project, 'functions') });
  expect(other.functions.list()).toHaveLength(2);
  await other.close();
});

test('event, environment and sample input come from config.json; uuid, skills, state and size from emulator.json', async () => {
  const uuid = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
  write({
    'v2/index.js': 'async function lambda() { return [process.env.A, process.env.key ?? null]; }',
    'v2/config.json': {
      ...V2_CONFIG,
      event: 'custom',
      description: 'text',
      environmentVariables: { A: 'a', key: 'value' },
      input: { headers: [{ key: 'h', value: 'v' }], payload: 7 },
    },
    'v1/index.js': 'async function lambda() { return [process.env.B, process.env.C]; }',
    'v1/config.json': {
      ...V1_CONFIG,
      event: 'No Event',
      environmentVariables: [
        { key: 'B', value: 'b' },
        { key: 'C', value: 3 },
      ],
    },
    'v1/emulator.json': { uuid: uuid.toUpperCase(), skills: [7, '8'], state: 'Modified', size: 'M', eventId: 'other' },
  });
  const { functions } = await start();
  expect((await invoke('v2')).json).toEqual(['a', null]);
  expect((await invoke('v1')).json).toEqual(['b', '3']);
  expect(functions.get('v2')).toMatchObject({
    eventId: 'custom',
    description: 'text',
    sampleInput: { headers: [{ key: 'h', value: 'v' }], payload: 7 },
  });
  expect(functions.get(uuid)).toMatchObject({
    name: 'v1',
    uuid,
    skills: ['7', '8'],
    state: 'Modified',
    size: 'M',
    eventId: 'other',
  });
});

test('hot reload: an edit, a new function and a removed one count from the next call on', async () => {
  write({
    'a/index.js': 'async function lambda() { return require("./part.js"); }',
    'a/part.js': 'module.exports = 1;',
    'a/config.json': V2_CONFIG,
  });
  const { functions } = await start();
  expect((await invoke('a')).json).toBe(1);
  write({ 'a/part.js': 'module.exports = 2;' });
  expect((await invoke('a')).json).toBe(2);
  write({ 'a/index.js': 'async function lambda() { return 3; }' });
  expect((await invoke('a')).json).toBe(3);
  expect(functions.get('a').invocations).toBe(3);
  write({ 'a/config.json': { ...V2_CONFIG, event: 'now' } });
  if (emulator === undefined) throw new Error('not started');
  expect((await callerOf(emulator).event('now')).json).toMatchObject([{ result: 3 }]);
  write({ 'b/index.js': 'async function lambda() { return "b"; }' });
  expect((await invoke('b')).json).toBe('b');
  const { uuid } = functions.get('b');
  rmSync(join(project, 'b'), { recursive: true });
  expect((await callerOf(emulator).invoke(uuid)).status).toBe(404);
  rmSync(project, { recursive: true });
  expect(functions.list()).toEqual([]);
});

test('a broken config.json is the trouble of its function alone, and is told when it is called', async () => {
  write({
    'good/index.js': 'async function lambda() { return 1; }',
    'bad/index.js': 'async function lambda() { return 1; }',
    'bad/config.json': '{ "name": ',
    'odd/index.js': 'async function lambda() { return 1; }',
    'odd/emulator.json': { colour: 'red' },
    'empty/config.json': V2_CONFIG,
    'not a function/notes.txt': '',
  });
  const { functions } = await start();
  expect(functions.list().map(({ name }) => name)).toEqual(['bad', 'empty', 'good', 'odd']);
  expect((await invoke('good')).status).toBe(200);
  const bad = await invoke('bad');
  expect(bad.status).toBe(901);
  expect(bad.text).toContain('config.json is not JSON');
  expect((await invoke('odd')).text).toContain('\\"colour\\" is not known');
  expect((await invoke('empty')).text).toContain('There is no index.js');
  write({ 'bad/config.json': V2_CONFIG });
  expect((await invoke('bad')).status).toBe(200);
});

test("the toolbelt and what it ships are found in the project's bin folder, by require and by import", async () => {
  write({
    'bin/core-functions-toolbelt/package.json': {
      name: 'core-functions-toolbelt',
      main: 'core-functions-toolbelt/index.js',
    },
    'bin/core-functions-toolbelt/index.js': 'exports.Toolbelt = { name: () => "v2" };',
    'bin/core-functions-toolbelt/node_modules/luxon/index.js': 'exports.version = "shipped";',
    'bin/lp-faas-toolbelt/index.js': 'exports.Toolbelt = { name: () => "v1" };',
    'functions/required/index.js':
      'const { Toolbelt } = require("core-functions-toolbelt"); const luxon = require("luxon"); async function lambda() { return [Toolbelt.name(), luxon.version]; }',
    'functions/imported/index.js':
      'import { Toolbelt } from "core-functions-toolbelt"; import { version } from "luxon"; async function lambda() { return [Toolbelt.name(), version]; }',
    'functions/inside/index.js':
      'const luxon = require("core-functions-toolbelt/luxon"); async function lambda() { return luxon.version; }',
    'functions/old/index.js':
      'const { Toolbelt } = require("lp-faas-toolbelt"); function lambda(input, callback) { callback(null, Toolbelt.name()); }',
    'functions/late/index.js':
      'async function lambda() { const { Toolbelt } = await import("core-functions-toolbelt"); return Toolbelt.name(); }',
  });
  await start();
  expect((await invoke('required')).json).toEqual(['v2', 'shipped']);
  expect((await invoke('imported')).json).toEqual(['v2', 'shipped']);
  expect((await invoke('inside')).json).toBe('shipped');
  expect((await invoke('old')).json).toBe('v1');
  expect((await invoke('late')).json).toBe('v2');
});

test('a toolbelt that is missing is named, also when it is imported', async () => {
  write({ 'functions/a/index.js': 'import { Toolbelt } from "core-functions-toolbelt"; async function lambda() {}' });
  await start();
  const { status, text } = await invoke('a');
  expect(status).toBe(901);
  expect(text).toContain('core-functions-toolbelt');
  expect(text).toContain('bin folder of a project');
});

test('secrets are where the toolbelt looks for them, and writing them changes a copy', async () => {
  const code = `const { readFileSync, writeFileSync } = require('node:fs'); const { join } = require('node:path');
    async function lambda() {
      const path = join(process.cwd(), 'functions', 'settings.json');
      const { secrets } = JSON.parse(readFileSync(path, 'utf8'));
      writeFileSync(path, '{}');
      return secrets[0].value;
    }`;
  write({ 'functions/settings.json': { secrets: [{ key: 'k', value: 'first' }] }, 'functions/a/index.js': code });
  await start();
  expect((await invoke('a')).json).toBe('first');
  expect(readFileSync(join(project, 'functions/settings.json'), 'utf8')).toContain('first');
  write({ 'functions/settings.json': { secrets: [{ key: 'k', value: 'other' }] } });
  expect((await invoke('a')).json).toBe('other');
});

test("C16: the user's files stay as they are to the byte, whatever the functions do", async () => {
  write({
    'functions/require/index.js':
      'const { join } = require("path");\nasync function lambda() { require("node:fs").writeFileSync("left.txt", "x"); return join("a"); }\n',
    'functions/import/index.js':
      'import { join as glue } from "path";\nasync function lambda() { return glue("a"); }\n',
    'functions/killed/index.js': 'const { join } = require("path");\nasync function lambda() { for (;;); }\n',
    'functions/settings.json': { secrets: [] },
  });
  const before = digestOf(project);
  await start({ executionLimitMs: 300 });
  expect((await invoke('require')).status).toBe(200);
  expect((await invoke('import')).status).toBe(200);
  expect((await invoke('killed')).status).toBe(901);
  expect(digestOf(project)).toBe(before);
});

test('C18: the time limit ends a function that never would, and its process with it', async () => {
  write({
    'functions/endless/index.js': 'async function lambda() { console.log(process.pid); for (;;); }',
    'functions/waiting/index.js': 'function lambda(input, callback) { console.log(process.pid); }',
  });
  const { functions } = await start({ executionLimitMs: 300 });
  for (const name of ['endless', 'waiting']) {
    const { status, json } = await invoke(name);
    expect([status, (json as { code: string }).code]).toEqual([901, 'com.customer.faas.function.execution-exceeded']);
    const pid = Number(functions.get(name).logs[0]?.message);
    expect(pid).toBeGreaterThan(1);
    await eventually(() => !isAlive(pid));
  }
});

test("require and import find what the function's own node_modules hold, and the project's", async () => {
  const packageOf = (name: string): Record<string, string | object> => ({
    [`node_modules/${name}/package.json`]: { name, exports: { import: './index.mjs', require: './index.cjs' } },
    [`node_modules/${name}/index.mjs`]: `export default "${name} imported";`,
    [`node_modules/${name}/index.cjs`]: `module.exports = "${name} required";`,
  });
  const inside = (folder: string, files: Readonly<Record<string, string | object>>): typeof files =>
    Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));
  write({
    ...packageOf('of-project'),
    ...inside('functions/a', packageOf('of-a')),
    ...inside('functions/b', packageOf('of-b')),
    'functions/a/index.js': 'async function lambda() { return [require("of-a"), require("of-project")]; }',
    'functions/b/index.js':
      'import own from "of-b"; import shared from "of-project"; async function lambda() { return [own, shared]; }',
    'functions/c/index.js': 'async function lambda() { return require("of-a"); }',
  });
  await start();
  expect((await invoke('a')).json).toEqual(['of-a required', 'of-project required']);
  expect((await invoke('b')).json).toEqual(['of-b imported', 'of-project imported']);
  expect(await invoke('c')).toMatchObject({ status: 901, text: expect.stringContaining('of-a') as string });
});

test('a folder that is not there is refused at the start', async () => {
  await expect(startEmulator({ functions: join(project, 'nowhere') })).rejects.toMatchObject({
    code: 'INVALID_OPTION',
    message: expect.stringContaining('"functions"') as string,
  });
});
