import type { Emulator } from '@lp-functions/emulator';
import { createTestClock } from '@lp-functions/http/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FaaSDetailedError, FaaSLambdaError, isFaaSLambdaError } from '../../src/index.ts';
import { GENERATIONS, optionsFor, startPlatform, uuidOf } from '../emulated-platform.ts';
import { type RawPlatform, startRawPlatform } from '../raw-platform.ts';
import { type WatchedClient, watchedClient } from '../watched-client.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
const LISTENER = { uuid: UUID, timestamp: '2026-01-01T00:00:00.000Z' };

describe.each(GENERATIONS)('on %s, with the emulator', (generation) => {
  let emulator: Emulator;
  let client: WatchedClient;
  beforeAll(async () => {
    emulator = await startPlatform({ emptyResult: 'empty' });
    client = watchedClient(optionsFor(emulator, generation));
  });
  afterAll(async () => {
    await client.close();
    await emulator.close();
  });
  beforeEach(() => {
    // Not reset(): that revokes the tokens, too.
    emulator.requests.clear();
    emulator.faults.clear();
  });

  test('J26: a function that throws is an error without anybody asking for it', async () => {
    const error: unknown = await client
      .invokeByUuid(uuidOf(emulator, generation, 'throws'), 1)
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(FaaSLambdaError);
    expect(error).toBeInstanceOf(FaaSDetailedError);
    expect(isFaaSLambdaError(error)).toBe(true);
    expect(error).toMatchObject({
      name: 'FaaSLambdaError',
      code: 'FUNCTION_THREW',
      status: 901,
      platform: generation,
      platformCode:
        generation === 'v1' ? 'com.liveperson.faas.handler.custom-failure' : 'com.customer.faas.function.threw-error',
      v1Code: 'com.liveperson.faas.handler.custom-failure',
      platformMessage: expect.stringContaining('out of stock') as string,
      fault: 'function',
      executed: 'yes',
      retryable: false,
      attempts: 1,
    });
    await expect(client.invokeByEvent('failing_event', 1)).rejects.toMatchObject({ code: 'FUNCTION_THREW' });
    await expect(client.invokeByUuid(uuidOf(emulator, generation, 'crashes'), 1)).rejects.toBeInstanceOf(
      FaaSLambdaError,
    );
  });

  test('a function that returns nothing gives undefined', async () => {
    const { result, status } = await client.invokeByUuid(uuidOf(emulator, generation, 'nothing'), 1);
    expect([result, status]).toEqual([undefined, 200]);
  });

  test('nobody listening is an empty list on either generation', async () => {
    const { results, status } = await client.invokeByEvent('nobody_listens', 1);
    expect([results, status]).toEqual([[], generation === 'v1' ? 200 : 404]);
  });

  test('an unknown function is NOT_FOUND, and did not run', async () => {
    await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject({
      name: 'FaaSDetailedError',
      code: 'NOT_FOUND',
      fault: 'caller',
      executed: 'no',
      retryable: false,
      v1Code: 'com.liveperson.faas.es.missinglambda',
    });
  });
});

describe.each(GENERATIONS)('on %s, with a gateway that says what it likes', (generation) => {
  let platform: RawPlatform;
  let client: WatchedClient;
  beforeAll(async () => {
    platform = await startRawPlatform(generation);
  });
  afterAll(() => platform.close());
  beforeEach(() => {
    platform.reset();
    client = watchedClient(optionsFor(platform, generation, { clock: createTestClock() }));
  });
  afterEach(() => client.close());

  function answer(status: number, text: string, headers: Record<string, string> = {}): void {
    platform.answers.gateway = (response) => response.writeHead(status, headers).end(text);
  }

  describe('J25: a function that ran and answered 200', () => {
    test.each<[string, string, Record<string, string>, unknown]>([
      ['plain text', 'hello', { 'content-type': 'text/plain; charset=utf-8' }, 'hello'],
      ['nothing', '', {}, undefined],
      ['nothing, said to be JSON', '', { 'content-type': 'application/json' }, undefined],
      ['JSON under a wrong type', '{"n":1}', { 'content-type': 'text/html' }, { n: 1 }],
      ['JSON without a type', '[1]', {}, [1]],
      ['a bare string', '"success"', { 'content-type': 'application/json' }, 'success'],
      ['JSON with a byte order mark', '\ufeff{"n":1}', { 'content-type': 'application/json' }, { n: 1 }],
      ['null', 'null', { 'content-type': 'application/json' }, null],
    ])('with %s gives its value', async (_name, text, headers, result) => {
      for (const status of [200, 202]) {
        answer(status, text, headers);
        await expect(client.invokeByUuid(UUID, 1)).resolves.toMatchObject({ result, status });
      }
    });

    test('with 204 gives undefined', async () => {
      answer(204, '');
      await expect(client.invokeByUuid(UUID, 1)).resolves.toMatchObject({ result: undefined, status: 204 });
    });

    test.each<[string, string, Record<string, string>]>([
      ['HTML', '<html>please log in</html>', { 'content-type': 'text/html' }],
      ['truncated JSON', '{"n":1,"more":', { 'content-type': 'application/json' }],
      ['text without a type', 'hello', {}],
    ])('with %s is an error that says it may have run, and is not sent again', async (_name, text, headers) => {
      answer(200, text, headers);
      const expected = {
        name: 'FaaSDetailedError',
        code: 'RESPONSE_UNREADABLE',
        status: 200,
        executed: 'maybe',
        retryable: false,
        attempts: 1,
      };
      await expect(client.invokeByUuid(UUID, 1, { idempotent: true })).rejects.toMatchObject(expected);
      await expect(client.invokeByEvent('demo_event', 1, { idempotent: true })).rejects.toMatchObject(expected);
      expect(platform.count('gateway')).toBe(2);
    });

    test('by event: the list, a list in part unknown, and what is no list', async () => {
      answer(200, JSON.stringify([{ ...LISTENER, result: 1, more: 2 }, LISTENER]));
      expect((await client.invokeByEvent('demo_event', 1)).results).toEqual([
        { ...LISTENER, result: 1 },
        { ...LISTENER, result: undefined },
      ]);
      answer(200, '{"result":1}');
      await expect(client.invokeByEvent('demo_event', 1)).rejects.toMatchObject({
        code: 'RESPONSE_UNREADABLE',
        message: expect.stringContaining('no list of results') as string,
      });
    });
  });

  describe('K5: error bodies are read in either shape, on either generation, whatever else is in them', () => {
    const code = 'com.liveperson.faas.es.badinput';
    test.each<[string, object]>([
      ['V1', { errorCode: code, errorMsg: 'the reason' }],
      ['V2', { code, message: 'the reason' }],
      ['V1 with more', { errorCode: code, errorMsg: 'the reason', traceId: 'x', errorLogs: 'none', nested: { a: [] } }],
      ['V2 with more', { code, message: 'the reason', status: 400, timestamp: 1 }],
    ])('%s', async (_name, body) => {
      answer(400, JSON.stringify(body), { 'content-type': 'application/json' });
      await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject({
        code: 'BAD_REQUEST',
        status: 400,
        platform: generation,
        platformCode: code,
        platformMessage: 'the reason',
        v1Code: code,
      });
    });

    test('a V1 failure brings the function’s log lines, with what is new in them', async () => {
      const body = {
        errorCode: 'com.liveperson.faas.handler.custom-failure',
        errorMsg: 'm',
        errorLogs: [{ level: 'Warn', message: 'careful', timestamp: 5, extras: [1], more: true }],
      };
      answer(901, JSON.stringify(body));
      await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject({
        logs: [{ level: 'Warn', message: 'careful', timestamp: 5, extras: [1] }],
      });
    });
  });

  describe('K8: an error without a body', () => {
    test.each<[number, string, string, string]>([
      [400, 'FaaSDetailedError', 'BAD_REQUEST', 'no'],
      [401, 'FaaSDetailedError', 'UNAUTHORIZED', 'no'],
      [404, 'FaaSDetailedError', 'NOT_FOUND', 'no'],
      [500, 'FaaSDetailedError', 'PLATFORM_FAILURE', 'maybe'],
      [503, 'FaaSDetailedError', 'PLATFORM_UNAVAILABLE', 'maybe'],
      [901, 'FaaSLambdaError', 'FUNCTION_FAILED', 'yes'],
    ])('HTTP %i is %s %s, executed %s', async (status, name, code, executed) => {
      for (const [text, type] of [
        ['', ''],
        ['', 'application/json'],
        ['<html>x</html>', 'text/html'],
        ['{"code', 'application/json'],
      ] as const) {
        // prettier-ignore
        answer(status, text, type === '' ? {} : { 'content-type': type });
        const expected = { name, code, status, executed };
        await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject(expected);
        await expect(client.invokeByEvent('demo_event', 1)).rejects.toMatchObject(expected);
      }
    });

    test.each([401, 500])('HTTP %i of Sentinel or the Domain API without a body is a typed error', async (status) => {
      platform.answers.sentinel = (response) => response.writeHead(status).end();
      await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject({ name: 'SentinelOAuthError', status });
      platform.answers.discovery = (response) => response.writeHead(status).end();
      const other = watchedClient(optionsFor(platform, generation, { clock: createTestClock() }));
      await expect(other.invokeByUuid(UUID, 1)).rejects.toMatchObject({ name: 'DomainDiscoveryError' });
      await other.close();
    });
  });

  test('half a body is a connection that was lost, not a shorter answer', async () => {
    platform.answers.gateway = (response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"n":', () => response.destroy());
    };
    await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
      phase: 'body',
      executed: 'maybe',
      retryable: false,
    });
    expect(platform.count('gateway')).toBe(1);
  });

  test('an answer beyond the limit is refused, and the function has run', async () => {
    answer(200, `"${'x'.repeat(10 * 1024 * 1024)}"`);
    await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject({ code: 'RESPONSE_TOO_LARGE', executed: 'maybe' });
  });
});
