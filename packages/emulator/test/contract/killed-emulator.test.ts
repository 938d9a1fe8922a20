import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../platform-caller.ts';

const PACKAGE = new URL('../..', import.meta.url).pathname;

/** Starts an emulator, runs one idle and two stuck functions, and prints which processes and folder it owns. */
const SCRIPT = `
import { startEmulator } from './dist/index.js';
const emulator = await startEmulator();
const add = (name, body) => emulator.functions.add({ name, code: 'async function lambda({ payload }) { ' + body + ' }' }).uuid;
const { clientId, clientSecret } = emulator.apps.default;
const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
const { access_token } = await (await fetch(emulator.discoveryUrl + '/sentinel/api/account/12345678/app/token', { method: 'POST', body: form })).json();
const invoke = (uuid) => fetch(emulator.discoveryUrl + '/api/account/12345678/lambdas/' + uuid + '/invoke', { method: 'POST', headers: { authorization: 'Bearer ' + access_token }, body: '{}' });
const idle = await (await invoke(add('idle', 'return { pid: process.pid, directory: process.cwd() };'))).json();
const looping = add('looping', 'require("node:fs").writeFileSync("pid", String(process.pid)); for (;;);');
const blocked = add('blocked', 'require("node:fs").writeFileSync("pid2", String(process.pid)); require("node:child_process").execSync("sleep 300");');
invoke(looping).catch(() => {});
invoke(blocked).catch(() => {});
const { existsSync, readFileSync } = await import('node:fs');
const { join } = await import('node:path');
const files = ['pid', 'pid2'].map((name) => join(idle.directory, name));
while (!files.every((file) => existsSync(file) && readFileSync(file, 'utf8') !== '')) await new Promise((resolve) => setTimeout(resolve, 10));
const pids = [idle.pid, ...files.map((file) => Number(readFileSync(file, 'utf8')))];
console.log(JSON.stringify({ pids, directory: idle.directory }));
`;

let copy: string;
beforeAll(() => {
  // The emulator as plain JavaScript, since a process of its own cannot read TypeScript on Node 20.
  copy = mkdtempSync(join(tmpdir(), 'lpfn-test-killed-'));
  mkdirSync(join(copy, 'dist'));
  writeFileSync(join(copy, 'package.json'), '{"type":"module"}');
  symlinkSync(join(PACKAGE, 'runtime'), join(copy, 'runtime'));
  symlinkSync(join(PACKAGE, 'node_modules'), join(copy, 'node_modules'));
  const compilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2023,
    rewriteRelativeImportExtensions: true,
    verbatimModuleSyntax: true,
  };
  for (const name of readdirSync(join(PACKAGE, 'src'))) {
    const { outputText } = ts.transpileModule(readFileSync(join(PACKAGE, 'src', name), 'utf8'), {
      compilerOptions,
      fileName: name,
    });
    writeFileSync(join(copy, 'dist', name.replace(/\.ts$/, '.js')), outputText);
  }
  writeFileSync(join(copy, 'script.js'), SCRIPT);
});
afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'no function outlives an emulator that is ended by %s, not even one that loops for ever',
  async (signal) => {
    const emulator = spawn(process.execPath, [join(copy, 'script.js')], { stdio: ['ignore', 'pipe', 'inherit'] });
    const line = await new Promise<string>((resolve) =>
      createInterface({ input: emulator.stdout }).once('line', resolve),
    );
    const { pids, directory } = JSON.parse(line) as { pids: readonly number[]; directory: string };
    expect(pids).toHaveLength(3);
    expect(pids.every(isAlive)).toBe(true);
    emulator.kill(signal);
    await eventually(() => !pids.some(isAlive));
    await eventually(() => !existsSync(directory));
  },
);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A killed process that nobody has waited for is still listed.
    return process.platform !== 'linux' || !readFileSync(`/proc/${String(pid)}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
