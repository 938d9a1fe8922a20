import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileEmulator, isAlive, type CompiledEmulator } from '../compiled-emulator.ts';
import { digestOf } from '../folder-digest.ts';
import { eventually } from '../platform-caller.ts';

/** Starts an emulator, runs one idle and two stuck functions, and prints which processes and folder it owns. */
const SCRIPT = `
import { startEmulator } from './dist/index.js';
const emulator = await startEmulator({ functions: process.argv[2] });
const uuid = (name) => emulator.functions.get(name).uuid;
const { clientId, clientSecret } = emulator.apps.default;
const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
const { access_token } = await (await fetch(emulator.discoveryUrl + '/sentinel/api/account/12345678/app/token', { method: 'POST', body: form })).json();
const invoke = (name) => fetch(emulator.discoveryUrl + '/api/account/12345678/lambdas/' + uuid(name) + '/invoke', { method: 'POST', headers: { authorization: 'Bearer ' + access_token }, body: '{}' });
const idle = await (await invoke('idle')).json();
invoke('looping').catch(() => {});
invoke('blocked').catch(() => {});
const { existsSync, readFileSync } = await import('node:fs');
const { join } = await import('node:path');
const files = ['looping', 'blocked'].map((name) => join(idle.directory, name));
while (!files.every((file) => existsSync(file) && readFileSync(file, 'utf8') !== '')) await new Promise((resolve) => setTimeout(resolve, 10));
const pids = [idle.pid, ...files.map((file) => Number(readFileSync(file, 'utf8')))];
console.log(JSON.stringify({ pids, directory: idle.directory }));
`;
const NOTES_ITS_PROCESS = (name: string): string =>
  `require("node:fs").writeFileSync(${JSON.stringify(name)}, String(process.pid));`;
const FUNCTIONS = {
  idle: 'const { join } = require("path");\nasync function lambda() { return { pid: process.pid, directory: process.cwd() }; }\n',
  looping: `const { join } = require("path");\nasync function lambda() { ${NOTES_ITS_PROCESS('looping')} for (;;); }\n`,
  blocked: `async function lambda() { ${NOTES_ITS_PROCESS('blocked')} require("node:child_process").execSync("sleep 300"); }\n`,
};

let compiled: CompiledEmulator;
let project: string;
beforeAll(() => {
  compiled = compileEmulator();
  project = mkdtempSync(join(tmpdir(), 'lpfn-test-killed-'));
  for (const [name, code] of Object.entries(FUNCTIONS)) {
    mkdirSync(join(project, 'functions', name), { recursive: true });
    writeFileSync(join(project, 'functions', name, 'index.js'), code);
  }
});
afterAll(() => {
  compiled.remove();
  rmSync(project, { recursive: true, force: true });
});

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  "C16, C18: an emulator that is ended by %s leaves no process, no folder, and the user's files as they were",
  async (signal) => {
    const before = digestOf(project);
    const script = compiled.start(SCRIPT, project);
    const { pids, directory } = JSON.parse((await script.line()) ?? '{}') as {
      pids: readonly number[];
      directory: string;
    };
    expect(pids).toHaveLength(3);
    expect(pids.every(isAlive)).toBe(true);
    script.process.kill(signal);
    await eventually(() => !pids.some(isAlive));
    await eventually(() => !existsSync(directory));
    expect(digestOf(project)).toBe(before);
  },
);

test.each(['SIGKILL', 'SIGINT'] as const)(
  'an emulator that is ended by %s before any function ran leaves no folder either',
  async (signal) => {
    const script = compiled.start(`
      import { startEmulator } from './dist/index.js';
      import { dirname } from 'node:path';
      const emulator = await startEmulator({ tls: true });
      emulator.functions.add({ name: 'never', code: 'async function lambda() {}' });
      console.log(dirname(emulator.tls.caPath));
    `);
    const directory = (await script.line()) ?? '';
    expect(existsSync(directory)).toBe(true);
    script.process.kill(signal);
    await eventually(() => !existsSync(directory));
  },
);

test('SIGINT that is waited for closes the emulator in order, and the process ends by itself', async () => {
  const script = compiled.start(
    `
    import { startEmulator } from './dist/index.js';
    const emulator = await startEmulator({ functions: ${JSON.stringify(project)}, tls: true, dataDirectory: process.argv[2] });
    process.once('SIGINT', async () => { await emulator.close(); console.log('closed'); });
    console.log(emulator.port);
  `,
    join(project, 'data'),
  );
  const port = Number(await script.line());
  expect(port).toBeGreaterThan(0);
  script.process.kill('SIGINT');
  expect(await script.line()).toBe('closed');
  expect(await script.ended).toEqual({ code: 0, signal: null });
  expect(existsSync(join(project, 'data', 'lock'))).toBe(false);
});
