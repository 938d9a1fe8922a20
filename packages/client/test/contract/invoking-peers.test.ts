import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FaaSError } from '../../src/index.ts';
import { optionsFor } from '../emulated-platform.ts';
import { type RawPlatform, startRawPlatform } from '../raw-platform.ts';
import { watchedClient, type WatchedClient } from '../watched-client.ts';
import '../scan-after-each.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
let platform: RawPlatform;
let client: WatchedClient;
beforeAll(async () => {
  platform = await startRawPlatform('v2');
  client = watchedClient(optionsFor(platform, 'v2'));
});
afterAll(async () => {
  await client.close();
  await platform.close();
});

test('J29: an option that a call does not know is refused, not ignored', async () => {
  const call = { accountId: '2' } as never;
  await expect(client.invokeByUuid(UUID, 1, call)).rejects.toMatchObject({
    code: 'UNKNOWN_OPTION',
    option: 'accountId',
  });
});

test('J38, J40, J45: a refusal full of % is told as it is, in words, and can be written as JSON', async () => {
  platform.reset();
  platform.answers.gateway = (response) =>
    response.writeHead(901).end('{"code":"com.customer.faas.function.threw-error","message":"%d %s %j %20"}');
  const error = (await client.invokeByUuid(UUID, 1).catch((reason: unknown) => reason)) as FaaSError;
  expect(error).toMatchObject({ name: 'FaaSLambdaError', platformMessage: '%d %s %j %20' });
  expect(error.message).toBe(
    `invokeByUuid ${UUID}: the function failed (HTTP 901, com.customer.faas.function.threw-error): %d %s %j %20`,
  );
  expect(JSON.parse(JSON.stringify(error))).toMatchObject({ code: 'FUNCTION_THREW' });
});

test('K9: text beyond ASCII and line breaks arrive as they are, both ways', async () => {
  platform.reset();
  platform.answers.gateway = (response, { body }) => response.end(JSON.stringify((JSON.parse(body) as { payload: unknown }).payload)); // prettier-ignore
  const text = 'Grüße, 世界 😀\r\nsecond line\u2028';
  expect((await client.invokeByUuid(UUID, text)).result).toBe(text);
});

test('K19, K20: ten calls reuse their connections, and no payload in any log line or event', async () => {
  platform.reset();
  const before = new Set(platform.sockets);
  for (let n = 0; n < 10; n++) await client.invokeByUuid(UUID, { confidential: 'payload-4711' });
  const ports = new Set(platform.of('gateway').map(({ socket }) => socket.remotePort));
  expect(ports.size).toBe(1);
  expect(before.size).toBeGreaterThan(0);
  expect(JSON.stringify([client.lines, client.events])).not.toContain('payload-4711');
});
