import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { GENERATIONS, optionsFor } from '../emulated-platform.ts';
import { type RawPlatform, type RawService, startRawPlatform } from '../raw-platform.ts';
import { type WatchedClient, watchedClient } from '../watched-client.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
const HOPS: readonly RawService[] = ['discovery', 'sentinel', 'gateway'];
const WAITS: Readonly<Record<RawService, RegExp>> = {
  discovery: /deadline of the call passed while it waited for the host to send to/,
  sentinel: /deadline of the call passed while it waited for its authorization \(a token\)/,
  gateway: /deadline of the call passed while it waited for the answer/,
};

describe.each(GENERATIONS)('on %s', (generation) => {
  let platform: RawPlatform;
  let client: WatchedClient;
  beforeAll(async () => {
    platform = await startRawPlatform(generation);
    // What is imported with the first request must not count against a short deadline.
    const first = watchedClient(optionsFor(platform, generation));
    await first.invokeByUuid(UUID, 1);
    await first.close();
  });
  afterAll(() => platform.close());
  beforeEach(() => {
    platform.reset();
    client = watchedClient(optionsFor(platform, generation));
  });
  afterEach(() => client.close());

  test.each(HOPS)('J9: the deadline ends a call whose %s is silent', async (hop) => {
    platform.answers[hop] = () => {};
    const ran = hop === 'gateway';
    // Long enough for a busy machine to get as far as the silent hop.
    await expect(client.invokeByUuid(UUID, 1, { deadlineMs: 1_500 })).rejects.toMatchObject({
      name: 'TransportError',
      code: 'DEADLINE_EXCEEDED',
      operation: 'invokeByUuid',
      target: UUID,
      requestSent: ran ? 'maybe' : 'no',
      waitingFor: { discovery: 'hosts', sentinel: 'authorization', gateway: 'answer' }[hop],
      message: expect.stringMatching(WAITS[hop]) as string,
      executed: ran ? 'maybe' : 'no',
      retryable: !ran,
      attempts: ran ? 1 : 0,
    });
    expect(platform.count(hop)).toBe(1);
  });

  test.each(HOPS)('J9: so does the client’s own deadline, and an event’s call is no exception (%s)', async (hop) => {
    platform.answers[hop] = () => {};
    const strict = watchedClient(optionsFor(platform, generation, { deadlineMs: 200 }));
    await expect(strict.invokeByEvent('demo_event', 1)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await strict.close();
  });

  test('J9: an answer that never ends is ended by the attempt’s limit', async () => {
    platform.answers.gateway = (response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{');
    };
    await expect(client.invokeByUuid(UUID, 1, { timeoutMs: 1_000 })).rejects.toMatchObject({
      code: 'ATTEMPT_TIMEOUT',
      phase: 'body',
      executed: 'maybe',
    });
  });

  test.each(['deadlineMs', 'timeoutMs'])('C22: %s ends the request itself, which the gateway sees', async (limit) => {
    const sockets: Socket[] = [];
    platform.answers.gateway = (_response, { socket }) => void sockets.push(socket);
    await expect(client.invokeByUuid(UUID, 1, { [limit]: 1_000 })).rejects.toMatchObject({ executed: 'maybe' });
    await expect.poll(() => sockets.map(({ destroyed }) => destroyed)).toEqual([true]);
  });

  test('J9: one caller’s deadline does not end the discovery and the token that others wait for', async () => {
    platform.answers.sentinel = (response) => {
      setTimeout(() => response.writeHead(200).end('{"access_token":"raw-token-1","expires_in":600}'), 800);
    };
    const [hurried, patient] = await Promise.allSettled([
      client.invokeByUuid(UUID, 1, { deadlineMs: 100 }),
      client.invokeByUuid(UUID, 1),
    ]);
    expect(hurried).toMatchObject({ status: 'rejected', reason: { code: 'DEADLINE_EXCEEDED', executed: 'no' } });
    expect(patient).toMatchObject({ status: 'fulfilled' });
    expect([platform.count('discovery'), platform.count('sentinel'), platform.count('gateway')]).toEqual([1, 1, 1]);
  });

  test('the wait before a repeat counts, too', async () => {
    platform.answers.gateway = (response) => response.writeHead(503).end();
    await expect(client.invokeByUuid(UUID, 1, { idempotent: true, deadlineMs: 4_000 })).rejects.toMatchObject({
      code: 'PLATFORM_UNAVAILABLE',
      attempts: 1,
      retryable: true,
    });
  });

  test('K6: an answer just under the limit is an answer: the limit is not shared out between phases', async () => {
    platform.answers.gateway = (response) => void setTimeout(() => response.end('1'), 1_600);
    await expect(client.invokeByUuid(UUID, 1, { timeoutMs: 3_000 })).resolves.toMatchObject({ result: 1 });
  });

  test.each([0.5, 1, 3])('K6: a limit of %d ms is a limit, not none', async (timeoutMs) => {
    await client.invokeByUuid(UUID, 1);
    platform.answers.gateway = () => {};
    await expect(client.invokeByUuid(UUID, 1, { timeoutMs })).rejects.toMatchObject({ code: 'ATTEMPT_TIMEOUT' });
    await expect(client.invokeByUuid(UUID, 1, { deadlineMs: timeoutMs })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
  });
});
