import { existsSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../src/index.ts';
import { callerOf, eventually } from '../platform-caller.ts';

let emulator: Emulator;
const start = async (options?: EmulatorOptions): Promise<Emulator> => (emulator = await startEmulator(options));
afterEach(() => emulator.close());

async function resultOf(code: string, payload: unknown = null): Promise<unknown> {
  const { uuid } = emulator.functions.add({ name: 'under test', code });
  const { status, json, text } = await callerOf(emulator).invoke(uuid, payload);
  expect([status, text]).toEqual([200, text]);
  return json;
}

test('every spelling of lambda is found without an export', async () => {
  await start();
  for (const code of [
    'async function lambda(input) { return 1; }',
    'function lambda(input, callback) { callback(null, 1); }',
    'function lambda(input, callback) { setTimeout(() => callback(undefined, 1), 1); }',
    'async function lambda(input, callback) { await null; callback(null, 1); }',
    'async function lambda(input, callback) { return 1; }',
    'const lambda = async () => 1;',
    'let lambda = () => 1',
    'function lambda() { return 1; } // trailing comment',
    'exports.lambda = async () => 1;',
    'module.exports = { lambda: async () => 1 };',
    'export async function lambda() { return 1; }',
    'export default async function lambda() { return 1; }',
    'const handler = async () => 1; export { handler as lambda };',
    'import { sep } from "node:path"; async function lambda() { return sep.length; }',
    'import path from "node:path"; const os = require("node:os"); async function lambda() { return path.sep.length && os.EOL.length; }',
    'const value = await Promise.resolve(1); async function lambda() { return value; }',
    'async function lambda() { const { sep } = await import("node:path"); return sep.length; }',
    'const { sep } = require("node:path"); async function lambda() { return sep.length; }',
    '#!/usr/bin/env node\nasync function lambda() { return 1; }',
  ]) {
    expect([code, await resultOf(code)]).toEqual([code, 1]);
  }
});

test('the first answer counts, and later ones change nothing', async () => {
  await start();
  expect(
    await resultOf(
      'function lambda(input, callback) { callback(null, 1); callback(null, 2); callback(new Error("3")); }',
    ),
  ).toBe(1);
  expect(await resultOf('function lambda(input, callback) { callback(null, 1); throw new Error("late"); }')).toBe(1);
});

test("environment variables are the function's own, and the emulator's are not passed on", async () => {
  process.env['LPFN_TEST_SECRET'] = 'hidden';
  await start();
  const code = 'async function lambda() { return process.env; }';
  const { uuid } = emulator.functions.add({
    name: 'environment',
    code,
    environmentVariables: { MINE: 'yes', key: 'value' },
  });
  const { json } = await callerOf(emulator).invoke(uuid);
  expect(json).toMatchObject({ MINE: 'yes', X_LIVEPERSON_BRAND_ID: '12345678' });
  expect(json).not.toHaveProperty('LPFN_TEST_SECRET');
  expect(json).not.toHaveProperty('key');
  delete process.env['LPFN_TEST_SECRET'];
});

test('an instance stays warm, and runs one request at a time', async () => {
  await start({ instancesPerFunction: 1 });
  const code = `let running = 0, calls = 0;
    async function lambda() { running++; calls++; await new Promise(r => setTimeout(r, 5)); const seen = running; running--; return { seen, calls }; }`;
  const { uuid } = emulator.functions.add({ name: 'warm', code });
  const caller = callerOf(emulator);
  const answers = await Promise.all(Array.from({ length: 10 }, () => caller.invoke(uuid)));
  const results = answers.map(({ json }) => json as { seen: number; calls: number });
  expect(new Set(results.map(({ seen }) => seen))).toEqual(new Set([1]));
  expect(results.map(({ calls }) => calls).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('a function that failed is called again in the same process, one that crashed in a new one', async () => {
  await start({ instancesPerFunction: 1 });
  const code = `let calls = 0; async function lambda({ payload }) { calls++; if (payload === 'throw') throw new Error('x'); if (payload === 'exit') process.exit(); return calls; }`;
  const { uuid } = emulator.functions.add({ name: 'again', code });
  const caller = callerOf(emulator);
  await caller.invoke(uuid, 'throw');
  expect((await caller.invoke(uuid)).json).toBe(2);
  await caller.invoke(uuid, 'exit');
  expect((await caller.invoke(uuid)).json).toBe(1);
});

test('a crash between two calls costs neither of them', async () => {
  await start({ instancesPerFunction: 1 });
  const code = `async function lambda() { setTimeout(() => { throw new Error('afterwards'); }, 0); return 1; }`;
  const added = emulator.functions.add({ name: 'afterwards', code });
  const caller = callerOf(emulator);
  for (let call = 0; call < 5; call += 1) {
    expect((await caller.invoke(added.uuid)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  expect(added.invocations).toBe(5);
});

test('1,000 concurrent callers are all answered, and each ran once', async () => {
  await start();
  const added = emulator.functions.add({
    name: 'busy',
    code: 'async function lambda({ payload }) { return payload; }',
  });
  const caller = callerOf(emulator);
  const answers = await Promise.all(Array.from({ length: 1_000 }, (_, index) => caller.invoke(added.uuid, index)));
  expect(answers.map(({ json }) => json)).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
  expect(added.invocations).toBe(1_000);
  expect(emulator.requests.count({ operation: 'invokeByUuid' })).toBe(1_000);
});

test('more functions than processes are served all the same', async () => {
  await start({ instancesInTotal: 2, instancesPerFunction: 2 });
  const caller = callerOf(emulator);
  const added = Array.from({ length: 5 }, (_, index) =>
    emulator.functions.add({
      name: `f${String(index)}`,
      code: `async function lambda() { return ${String(index)}; }`,
      size: index === 3 ? 'M' : 'S',
    }),
  );
  const rounds = await Promise.all([...added, ...added].map(({ uuid }) => caller.invoke(uuid)));
  expect(rounds.map(({ json }) => json)).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4]);
});

test('a cold start is waited for when it is configured', async () => {
  await start({ coldStartMs: 150 });
  const { uuid } = emulator.functions.add({ name: 'cold', code: 'async function lambda() { return 1; }' });
  const caller = callerOf(emulator);
  await caller.invoke(uuid);
  await caller.invoke(uuid);
  const [cold] = emulator.requests.list({ operation: 'invokeByUuid' });
  expect(cold?.durationMs).toBeGreaterThanOrEqual(145);
});

test('functions are replaced and removed, and answer accordingly', async () => {
  await start();
  const added = emulator.functions.add({ name: 'changing', code: 'async function lambda() { return 1; }' });
  const caller = callerOf(emulator);
  expect((await caller.invoke(added.uuid)).json).toBe(1);
  emulator.functions.add({ name: 'changing', code: 'async function lambda() { return 2; }' });
  expect((await caller.invoke(added.uuid)).json).toBe(2);
  expect(added.invocations).toBe(2);
  expect(emulator.functions.list().map(({ name }) => name)).toEqual(['changing']);
  expect(emulator.functions.remove('changing')).toBe(true);
  expect((await caller.invoke(added.uuid)).status).toBe(404);
  expect(() => emulator.functions.get('changing')).toThrow(expect.objectContaining({ code: 'UNKNOWN_FUNCTION' }));
});

test('a function of the same name as one that was removed while it ran is another function', async () => {
  await start();
  const caller = callerOf(emulator);
  const slow = 'async function lambda() { await new Promise((resolve) => setTimeout(resolve, 200)); return "old"; }';
  const { uuid } = emulator.functions.add({ name: 'twin', code: slow });
  const running = caller.invoke(uuid);
  await eventually(() => emulator.functions.get('twin').invocations === 1);
  emulator.functions.remove('twin');
  emulator.functions.add({ name: 'twin', code: 'async function lambda() { return "new"; }' });
  expect((await caller.invoke(uuid)).json).toBe('new');
  expect((await running).json).toBe('old');
});

test('a UUID depends on account and name only', async () => {
  const other = await startEmulator({ accounts: [{ accountId: '2' }] });
  await start();
  const code = 'async function lambda() {}';
  const { uuid } = emulator.functions.add({ name: 'same', code });
  expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(other.functions.add({ name: 'same', code }).uuid).toBe(uuid);
  expect(other.accounts.get('2').functions.add({ name: 'same', code }).uuid).not.toBe(uuid);
  await other.close();
});

test.each([
  [{ name: '', code: '' }, '"name"'],
  [{ name: 'a/b', code: '' }, '"name"'],
  [{ name: 'a', code: '', uuid: 'x' }, '"uuid"'],
  [{ name: 'a', code: '', state: 'Alive' }, '"state"'],
  [{ name: 'a', code: '', size: 'XS' }, '"size"'],
  [{ name: 'a', code: '', skills: 'x' }, '"skills"'],
])('the definition %j is refused naming %s', async (definition, field) => {
  await start();
  expect(() => emulator.functions.add(definition as never)).toThrow(field);
  expect(() => emulator.functions.add(definition as never)).toThrow(
    expect.objectContaining({ code: 'INVALID_FUNCTION' }),
  );
});

test('nothing of a closed emulator is left: no process, no folder, no open call', async () => {
  await start();
  const { uuid } = emulator.functions.add({
    name: 'loop',
    code: 'async function lambda() { console.log(process.pid); for (;;); }',
  });
  const added = emulator.functions.add({
    name: 'pid',
    code: 'async function lambda() { return { pid: process.pid, directory: process.cwd() }; }',
  });
  const caller = callerOf(emulator);
  const { pid, directory } = (await caller.invoke(added.uuid)).json as { pid: number; directory: string };
  expect(existsSync(directory)).toBe(true);
  const open = caller.invoke(uuid).catch((error: unknown) => error);
  await emulator.requests.waitFor({ uuid });
  await eventually(() => emulator.functions.get('loop').invocations === 1);
  await emulator.close();
  expect(await open).toBeInstanceOf(Error);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(existsSync(directory)).toBe(false);
  await emulator.close();
});
