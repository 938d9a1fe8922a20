import type { Emulator } from '@lp-functions/emulator';
import { createTestClock } from '@lp-functions/http/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { optionsFor, startPlatform, uuidOf } from '../emulated-platform.ts';
import { watchedClient, type WatchedClient } from '../watched-client.ts';
import '../scan-after-each.ts';

let emulator: Emulator;
let client: WatchedClient;
beforeAll(async () => {
  emulator = await startPlatform();
  client = watchedClient(optionsFor(emulator, 'v2', { eventSource: 'my shop', clock: createTestClock() }));
});
afterEach(() => {
  emulator.faults.clear();
  emulator.requests.clear();
});
afterAll(async () => {
  await client.close();
  await emulator.close();
});

test('K23: V2 is spoken: the header of the calling system, no parameters of V1, the listing of functions', async () => {
  expect((await client.invokeByUuid(uuidOf(emulator, 'v2', 'echo'), 5)).result).toBe(5);
  expect(emulator.requests.last()).toMatchObject({ headers: { 'lp-eventsource': 'my shop' } });
  expect(emulator.requests.last()?.url).not.toMatch(/externalSystem|[?&]v=/);
  const lambdas = await client.getLambdas({ name: 'echo' });
  expect(lambdas).toMatchObject([{ name: 'echo', platform: 'v2', invocable: true }]);
  expect(emulator.requests.last()?.url).toContain('/functions?functionName=echo');
});

test('K23: codes of V2 are understood, and those of V1 told beside them', async () => {
  await expect(client.invokeByUuid(uuidOf(emulator, 'v2', 'throws'), 1)).rejects.toMatchObject({
    name: 'FaaSLambdaError',
    code: 'FUNCTION_THREW',
    platform: 'v2',
    platformCode: 'com.customer.faas.function.threw-error',
    v1Code: 'com.liveperson.faas.handler.custom-failure',
  });
});

test('K23: a 429 is waited for and repeated; a call can be ended', async () => {
  const uuid = uuidOf(emulator, 'v2', 'echo');
  emulator.faults.add({ operation: 'invokeByUuid', status: 429, times: 1 });
  expect(await client.invokeByUuid(uuid, 5)).toMatchObject({ result: 5, attempts: 2 });
  const stop = new AbortController();
  emulator.faults.add({ operation: 'invokeByUuid', delayMs: 5_000, times: 1 });
  const call = client.invokeByUuid(uuid, 5, { signal: stop.signal });
  await emulator.requests.waitFor({ operation: 'invokeByUuid' }, { count: 3 });
  stop.abort();
  await expect(call).rejects.toMatchObject({ code: 'ABORTED' });
});
