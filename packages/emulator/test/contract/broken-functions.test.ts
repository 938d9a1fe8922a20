import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/index.ts';
import { isAlive } from '../compiled-emulator.ts';
import { callerOf, eventually, type Caller } from '../platform-caller.ts';

const CRASHED = {
  v1: 'com.liveperson.faas.handler.runtime-exception',
  v2: 'com.customer.faas.function.js-runtime-error',
};
const THREW = { v1: 'com.liveperson.faas.handler.custom-failure', v2: 'com.customer.faas.function.threw-error' };
const TIMED_OUT = {
  v1: 'com.liveperson.faas.handler.executiontime-exceeded',
  v2: 'com.customer.faas.function.execution-exceeded',
};

/** What a function can do wrong, the code that the platform has for it, and what the message says. */
const CASES: readonly (readonly [string, string, { readonly v1: string; readonly v2: string }, RegExp])[] = [
  ['throws an Error', 'async function lambda() { throw new Error("mine"); }', THREW, /^mine$/],
  ['throws a RangeError', 'async function lambda() { throw new RangeError("mine"); }', THREW, /^mine$/],
  ['throws a string', 'async function lambda() { throw "words"; }', THREW, /^words$/],
  ['throws undefined', 'async function lambda() { throw undefined; }', THREW, /^undefined$/],
  ['calls back with an object', 'function lambda(input, callback) { callback({ reason: 1 }); }', THREW, /reason: 1/],
  ['throws at once', 'function lambda(input, callback) { throw new Error("sync"); }', THREW, /^sync$/],
  ['reads a property of undefined', 'async function lambda() { return undefined.x; }', CRASHED, /undefined/],
  ['returns a circular value', 'async function lambda() { const a = {}; a.a = a; return a; }', CRASHED, /circular/i],
  ['returns a BigInt', 'async function lambda() { return 1n; }', CRASHED, /BigInt/],
  [
    'returns what throws when it is written',
    'async function lambda() { return { toJSON() { throw new Error("no"); } }; }',
    CRASHED,
    /JSON/,
  ],
  ['has a syntax error', 'async function lambda() {\n  return (;\n}', CRASHED, /SyntaxError: .*index\.js:2/],
  ['has a syntax error as a module', 'import fs from "node:fs";\nexport const = 1;', CRASHED, /SyntaxError/],
  ['throws while it is loaded', 'throw new Error("at load"); function lambda() {}', CRASHED, /at load/],
  ['declares no lambda', 'async function handler() {}', CRASHED, /no top-level function named "lambda"/],
  ['requires what is not there', 'const x = require("not-there"); async function lambda() {}', CRASHED, /not-there/],
  [
    'requires the toolbelt without a project',
    'const x = require("core-functions-toolbelt"); async function lambda() {}',
    CRASHED,
    /core-functions-toolbelt.*bin folder/,
  ],
  [
    'crashes right after it was loaded',
    'setTimeout(() => { throw new Error("soon"); }, 0); function lambda(input, callback) {}',
    CRASHED,
    /soon/,
  ],
  [
    'leaves a rejection unhandled while it is loaded',
    'Promise.reject(new Error("early")); function lambda(input, callback) {}',
    CRASHED,
    /early/,
  ],
  [
    'throws asynchronously',
    'function lambda(input, callback) { setTimeout(() => { throw new Error("later"); }, 5); }',
    CRASHED,
    /later/,
  ],
  [
    'leaves a rejection unhandled',
    'function lambda(input, callback) { Promise.reject(new Error("nobody")); }',
    CRASHED,
    /nobody/,
  ],
  ['exits', 'async function lambda() { process.exit(3); }', CRASHED, /exit code 3/],
  ['kills itself', 'async function lambda() { process.kill(process.pid, "SIGKILL"); }', CRASHED, /SIGKILL/],
  [
    'ends itself politely',
    'async function lambda() { process.kill(process.pid); await new Promise(() => {}); }',
    CRASHED,
    /SIGTERM/,
  ],
  ['disconnects from the emulator', 'async function lambda() { process.disconnect(); return 1; }', CRASHED, /process/],
  ['never answers', 'function lambda(input, callback) {}', TIMED_OUT, /600 ms/],
  ['waits for ever', 'async function lambda() { await new Promise(() => {}); }', TIMED_OUT, /600 ms/],
  ['loops for ever', 'async function lambda() { for (;;); }', TIMED_OUT, /600 ms/],
  ['loops for ever while it is loaded', 'for (;;); function lambda() {}', TIMED_OUT, /600 ms/],
  [
    'blocks in a command',
    'async function lambda() { require("node:child_process").execSync("sleep 60"); }',
    TIMED_OUT,
    /600 ms/,
  ],
];

describe.each(['v1', 'v2'] as const)('B17: a broken function on %s', (platform) => {
  let emulator: Emulator;
  let caller: Caller;
  beforeAll(async () => {
    emulator = await startEmulator({ platform, executionLimitMs: 600 });
    caller = callerOf(emulator);
    emulator.functions.add({ name: 'neighbour', code: 'async function lambda(input) { return input.payload; }' });
  });
  afterAll(() => emulator.close());

  test.each(CASES)(
    'that %s gives the code of the contract, and its neighbour does not notice',
    async (name, code, codes, message) => {
      const { uuid } = emulator.functions.add({ name: name.slice(0, 50), code });
      const neighbour = emulator.functions.get('neighbour').uuid;
      const [broken, fine] = await Promise.all([caller.invoke(uuid), caller.invoke(neighbour, 'fine')]);
      expect(broken.status).toBe(901);
      const { errorCode, errorMsg, code: v2Code, message: v2Message } = broken.json as Record<string, string>;
      expect(platform === 'v1' ? errorCode : v2Code).toBe(codes[platform]);
      expect(platform === 'v1' ? errorMsg : v2Message).toMatch(message);
      expect(broken.text).not.toMatch(/\n\s+at |\.mjs/);
      expect(fine).toMatchObject({ status: 200, text: '"fine"' });
      expect((await caller.invoke(neighbour, 'again')).text).toBe('"again"');
    },
  );
});

test('B17: nothing of a broken function is left running, neither its process nor what it started', async () => {
  const emulator = await startEmulator({ executionLimitMs: 500, memoryMb: 48 });
  const caller = callerOf(emulator);
  const cases = {
    loops: 'for (;;);',
    allocates: 'const b = Buffer.alloc(1e9, 1); await new Promise(() => {}); return b;',
    commands:
      'require("node:child_process").execSync("echo child $$ >&2; exec sleep 60", { stdio: ["ignore", "ignore", "pipe"] });',
    spawns:
      'const { pid } = require("node:child_process").spawn("sleep", ["60"]); console.log("child " + pid); for (;;);',
    waits: 'await new Promise(() => {});',
    exits:
      'const { pid } = require("node:child_process").spawn("sleep", ["60"]); console.log("child " + pid); process.exit();',
  };
  for (const [name, body] of Object.entries(cases)) {
    const code = `async function lambda() { console.log("self " + process.pid); await new Promise((r) => setTimeout(r, 20)); ${body} }`;
    const { uuid } = emulator.functions.add({ name, code });
    expect([name, (await caller.invoke(uuid)).status]).toEqual([name, 901]);
    const pids = emulator.functions.get(name).logs.map(({ message }) => Number(message.split(' ')[1]));
    expect([name, pids.length > 0]).toEqual([name, true]);
    await eventually(() => !pids.some(isAlive));
  }
  await emulator.close();
});

describe('memory', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator({ memoryMb: 48, executionLimitMs: 10_000 });
  });
  afterAll(() => emulator.close());

  test.each([
    [
      'on the heap',
      'const all = []; async function lambda() { for (;;) all.push(new Array(10000).fill(Math.random())); }',
    ],
    ['on the heap, at once', 'async function lambda() { return new Array(125_000_000).fill(0.5).length; }'],
    [
      'outside the heap, at once',
      'async function lambda() { const b = Buffer.alloc(1e9, 1); await new Promise(r => setTimeout(r, 9000)); return b.length; }',
    ],
    [
      'outside the heap, bit by bit',
      'const all = []; async function lambda() { for (;;) { all.push(Buffer.alloc(1e6, 1)); await new Promise(r => setTimeout(r, 1)); } }',
    ],
  ])('a function that takes too much %s is ended', async (name, code) => {
    const { uuid } = emulator.functions.add({ name, code });
    const { status, json } = await callerOf(emulator).invoke(uuid);
    expect(status).toBe(901);
    expect(json).toEqual({ code: CRASHED.v2, message: 'The function used more than 48 MB of memory.' });
  });
});

describe('logs', () => {
  test('lines that are written while the file is loaded belong to the first call', async () => {
    const emulator = await startEmulator();
    const added = emulator.functions.add({ name: 'early', code: 'console.log("loading"); async function lambda() {}' });
    await callerOf(emulator).invoke(added.uuid);
    expect(added.logs.map(({ message }) => message)).toEqual(['loading']);
    await emulator.close();
  });

  test('V1 limits their number and length, and keeps what was written before', async () => {
    const emulator = await startEmulator({ platform: 'v1' });
    const caller = callerOf(emulator);
    const many = emulator.functions.add({
      name: 'many',
      code: 'async function lambda() { for (let i = 0; i < 11; i++) console.log("line " + i); return 1; }',
    });
    const long = emulator.functions.add({
      name: 'long',
      code: 'async function lambda() { console.error("x".repeat(6001)); return 1; }',
    });
    const ten = emulator.functions.add({
      name: 'ten',
      code: 'async function lambda() { for (let i = 0; i < 10; i++) console.log("line " + i); return 1; }',
    });
    const answer = await caller.invoke(many.uuid);
    expect(answer).toMatchObject({
      status: 901,
      json: {
        errorCode: 'com.liveperson.faas.handler.log-limit-reached',
        errorMsg: expect.stringContaining('10 log entries') as string,
      },
    });
    expect((answer.json as { errorLogs: unknown[] }).errorLogs).toHaveLength(10);
    expect((await caller.invoke(long.uuid)).status).toBe(901);
    expect((await caller.invoke(ten.uuid)).status).toBe(200);
    expect((await caller.invoke(ten.uuid)).status).toBe(200);
    await emulator.close();
  });

  test('levels, extras and values that are not text are captured, also of a function that is killed', async () => {
    const emulator = await startEmulator({ executionLimitMs: 400 });
    const code = `async function lambda() {
      const circular = {}; circular.self = circular;
      console.debug('d'); console.info('i', 1, { a: [true] }); console.warn({ object: 1 }); console.error(new Error('e'), circular, 5n);
      process.stdout.write('raw\\n');
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (;;);
    }`;
    const added = emulator.functions.add({ name: 'logging', code });
    await callerOf(emulator).invoke(added.uuid);
    // What is written raw comes by a way of its own, and may overtake.
    const raw = added.logs.filter(({ message }) => message === 'raw');
    const logs = added.logs.filter(({ message }) => message !== 'raw');
    expect(raw).toEqual([expect.objectContaining({ level: 'Info' })]);
    expect(logs.map(({ level, message }) => [level, message.split('\n')[0]])).toEqual([
      ['Debug', 'd'],
      ['Info', 'i'],
      ['Warn', '{ object: 1 }'],
      ['Error', 'Error: e'],
    ]);
    expect(logs[1]?.extras).toEqual([1, { a: [true] }]);
    expect(logs[3]?.extras).toEqual([expect.stringContaining('[Circular') as string, '5n']);
    await emulator.close();
  });

  test('the limit is an option on V2, and endless logging ends', async () => {
    const emulator = await startEmulator({ logLimit: { entries: 2 } });
    const added = emulator.functions.add({
      name: 'flood',
      code: 'async function lambda() { for (;;) console.log("x"); }',
    });
    const answer = await callerOf(emulator).invoke(added.uuid);
    expect(answer).toMatchObject({ status: 901, json: { code: 'com.liveperson.faas.function.runtime.limit-reached' } });
    expect(added.logs).toHaveLength(2);
    await emulator.close();
  });
});
