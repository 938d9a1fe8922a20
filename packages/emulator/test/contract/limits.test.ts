import { afterEach, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/index.ts';
import { callerOf, eventually } from '../platform-caller.ts';

let emulator: Emulator;
afterEach(() => emulator.close());
const WAITING = 'async function lambda() { await new Promise((resolve) => setTimeout(resolve, 100)); return 1; }';
const QUICK = 'async function lambda() { return 1; }';

test.each([
  ['v1', 'com.liveperson.faas.es.general'],
  ['v2', 'com.liveperson.faas.evg.general'],
] as const)('%s throttles what is above the rate, until the second is over', async (platform, code) => {
  emulator = await startEmulator({ platform, invocationLimits: { perSecond: 2 } });
  const first = emulator.functions.add({ name: 'first', code: QUICK }).uuid;
  const second = emulator.functions.add({ name: 'second', code: QUICK }).uuid;
  const caller = callerOf(emulator);
  emulator.clock.set(1_900_000_000_000);
  expect((await caller.invoke(first)).status).toBe(200);
  expect((await caller.invoke(first)).status).toBe(200);
  const refused = await caller.invoke(first);
  expect(refused.status).toBe(429);
  expect(Object.values(refused.json as object)[0]).toBe(code);
  expect(refused.headers['retry-after']).toBeUndefined();
  // V1 counts by account, V2 by function.
  expect((await caller.invoke(second)).status).toBe(platform === 'v1' ? 429 : 200);
  emulator.clock.advance(1_000);
  expect((await caller.invoke(first)).status).toBe(200);
});

test.each([
  ['v1', 'function', 200],
  ['v2', 'account', 429],
] as const)('%s can count by %s instead', async (platform, per, status) => {
  emulator = await startEmulator({ platform, invocationLimits: { per, perSecond: 1 } });
  const first = emulator.functions.add({ name: 'first', code: QUICK }).uuid;
  const second = emulator.functions.add({ name: 'second', code: QUICK }).uuid;
  const caller = callerOf(emulator);
  emulator.clock.set(1_900_000_000_000);
  expect((await caller.invoke(first)).status).toBe(200);
  expect((await caller.invoke(second)).status).toBe(status);
});

test('concurrency is limited likewise, with Retry-After where that is wanted', async () => {
  emulator = await startEmulator({ invocationLimits: { concurrent: 1, retryAfterSeconds: 3 } });
  const { uuid } = emulator.functions.add({ name: 'waiting', code: WAITING });
  const caller = callerOf(emulator);
  const running = caller.invoke(uuid);
  await eventually(() => emulator.functions.get('waiting').invocations === 1);
  const refused = await caller.invoke(uuid);
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '3']);
  expect((await running).status).toBe(200);
  expect((await caller.invoke(uuid)).status).toBe(200);
  expect(emulator.functions.get('waiting').invocations).toBe(2);
});

test('a result that is too large is an error, not a cut answer', async () => {
  emulator = await startEmulator({ maxResponseBytes: 100 });
  const { uuid } = emulator.functions.add({
    name: 'large',
    code: 'async function lambda({ payload }) { return "x".repeat(payload); }',
  });
  const caller = callerOf(emulator);
  expect((await caller.invoke(uuid, 98)).status).toBe(200);
  expect(await caller.invoke(uuid, 99)).toMatchObject({
    status: 500,
    json: { code: 'com.liveperson.faas.evg.general' },
  });
});
