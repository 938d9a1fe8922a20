import { inspect } from 'node:util';
import { type FaaSDetailedError } from '@lp-functions/errors';
import type { Authorizer } from '@lp-functions/http';
import * as v from 'valibot';
import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { createFaasInvoker, type FaasInvoker, type Schema } from '../../src/index.ts';
import { type RecordingGateway, startRecordingGateway } from '../recording-gateway.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
const authorizer: Authorizer = { authorize: () => Promise.resolve({ authorization: 'Bearer some-token' }) };

const LIBRARIES = {
  zod: {
    order: z.object({ sku: z.string(), items: z.array(z.number()).default([7]) }),
    quote: z.object({ price: z.number() }),
  },
  valibot: {
    order: v.object({ sku: v.string(), items: v.optional(v.array(v.number()), [7]) }),
    quote: v.object({ price: v.number() }),
  },
};

let gateway: RecordingGateway;
let invoker: FaasInvoker;
beforeAll(async () => {
  gateway = await startRecordingGateway('euwe1.fninvocations.localhost');
  invoker = createFaasInvoker({
    accountId: '12345678',
    gatewayDomain: () => gateway.origin,
    listingDomain: () => gateway.origin,
    authorizer,
  });
});
afterAll(async () => {
  await invoker.close();
  await gateway.close();
});
afterEach(() => gateway.clear());

const answer = (value: unknown): void => {
  gateway.answer = (response) => response.end(JSON.stringify(value));
};

describe.each(['zod', 'valibot'] as const)('typed calls with %s', (library) => {
  const { order, quote }: { readonly order: Schema; readonly quote: Schema<unknown, { price: number }> } =
    LIBRARIES[library];

  test('payload and result are what the validators make of them', async () => {
    answer({ price: 5, internal: 'x' });
    const { result } = await invoker.invokeByUuid(UUID, { sku: 'a', secret: 1 }, { payload: order, result: quote });
    expectTypeOf(result).toEqualTypeOf<{ price: number }>();
    expect(result).toEqual({ price: 5 });
    expect(JSON.parse(gateway.requests[0]!.body)).toMatchObject({ payload: { sku: 'a', items: [7] } });
  });

  test('a payload that does not fit is refused before anything is sent, by its path', async () => {
    await expect(invoker.invokeByUuid(UUID, { sku: 'a', items: [1, 'x'] }, { payload: order })).rejects.toMatchObject({
      name: 'ConfigurationError',
      code: 'INVALID_OPTION',
      option: 'payload.items[1]',
      executed: 'no',
    });
    expect(gateway.requests).toEqual([]);
  });

  test('a result that does not fit: the function ran, and what came is at hand but in no log', async () => {
    answer({ price: 'confidential' });
    const error = await invoker.invokeByUuid(UUID, 1, { result: quote }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: 'FaaSDetailedError',
      code: 'RESULT_MISMATCH',
      executed: 'yes',
      retryable: false,
      message: expect.stringContaining('result.price') as string,
    });
    expect((error as FaaSDetailedError).result).toEqual({ price: 'confidential' });
    expect(Object.keys(error as object)).not.toContain('result');
    expect(inspect(error) + JSON.stringify(error)).not.toContain('confidential');
  });

  test('by event, each listener’s result is validated', async () => {
    answer([
      { uuid: UUID, result: { price: 1 } },
      { uuid: UUID, result: { price: 'x' } },
    ]);
    await expect(invoker.invokeByEvent('my_event', 1, { result: quote })).rejects.toMatchObject({ code: 'RESULT_MISMATCH', executed: 'yes' }); // prettier-ignore
    answer([{ uuid: UUID, result: { price: 1, more: 2 } }]);
    expect((await invoker.invokeByEvent('my_event', 1, { result: quote })).results).toEqual([
      { uuid: UUID, result: { price: 1 } },
    ]);
  });
});

test('named functions have types', async () => {
  const functions = invoker.defineFunctions({
    quote: { uuid: UUID, payload: LIBRARIES.zod.order, result: LIBRARIES.zod.quote, skillId: '42' },
    notify: { eventId: 'my_event', result: LIBRARIES.valibot.quote, idempotent: true },
    plain: { uuid: UUID },
  });
  expectTypeOf(functions.quote).parameter(0).toEqualTypeOf<{ sku: string; items?: number[] | undefined }>();
  answer({ price: 5 });
  const { result } = await functions.quote({ sku: 'a' }, { requestId: 'mine' });
  expectTypeOf(result).toEqualTypeOf<{ price: number }>();
  expect(result).toEqual({ price: 5 });
  expect(gateway.requests[0]).toMatchObject({ headers: { 'x-request-id': 'mine' }, url: expect.stringContaining('skillId=42') as string }); // prettier-ignore
  answer([{ uuid: UUID, result: { price: 6 } }]);
  const { results } = await functions.notify(1);
  expectTypeOf(results[0]!.result).toEqualTypeOf<{ price: number }>();
  expect(results[0]!.result).toEqual({ price: 6 });
  expectTypeOf((await functions.plain(1).catch(() => ({ result: undefined }))).result).toBeUnknown();
  // @ts-expect-error a sku is a text
  await expect(functions.quote({ sku: 5 })).rejects.toMatchObject({ option: 'payload.sku' });
});

test('a function that is defined by its name is looked up once, and has its types all the same', async () => {
  const { quote } = invoker.defineFunctions({
    quote: { name: 'a quote', payload: LIBRARIES.zod.order, result: LIBRARIES.valibot.quote, eventSource: 'shop' },
  });
  expectTypeOf(quote).parameter(0).toEqualTypeOf<{ sku: string; items?: number[] | undefined }>();
  gateway.answer = (response, { url }) => {
    const lambda = { uuid: UUID, name: 'a quote', state: 'Productive' };
    response.end(JSON.stringify(url.includes('/invoke') ? { price: 5 } : [lambda]));
  };
  const answers = await Promise.all([quote({ sku: 'a' }), quote({ sku: 'b' })]);
  expectTypeOf(answers[0].result).toEqualTypeOf<{ price: number }>();
  expect(answers.map(({ result }) => result)).toEqual([{ price: 5 }, { price: 5 }]);
  expect(gateway.requests.map(({ url }) => url)).toEqual([
    expect.stringContaining('functionName=a%20quote') as string,
    expect.stringContaining(`/lambdas/${UUID}/invoke`) as string,
    expect.stringContaining(`/lambdas/${UUID}/invoke`) as string,
  ]);
  expect(gateway.requests[1]?.headers['lp-eventsource']).toBe('shop');
  gateway.clear();
  // @ts-expect-error a sku is a text
  await expect(quote({ sku: 5 })).rejects.toMatchObject({ option: 'payload.sku' });
  const stopped = { signal: AbortSignal.abort() };
  await expect(quote({ sku: 'a' }, stopped)).rejects.toMatchObject({ code: 'ABORTED', operation: 'quote' });
  expect(gateway.requests).toEqual([]);
  // @ts-expect-error one of the three
  expect(() => invoker.defineFunctions({ quote: { name: 'a', uuid: UUID } })).toThrow(/one of uuid, name and eventId/);
});

test.each<[object, string]>([
  [{ quote: {} }, 'quote'],
  [{ quote: { name: 'a', eventId: 'b' } }, 'quote'],
  [{ quote: { name: 'a\nb' } }, 'quote.name'],
  [{ quote: { eventId: 'a/b' } }, 'quote.eventId'],
  [{ quote: null }, 'quote'],
  [{ quote: { uuid: UUID, eventId: 'a' } }, 'quote'],
  [{ quote: { uuid: 'x' } }, 'quote.uuid'],
  [{ quote: { uuid: UUID, retries: 3 } }, 'retries'],
  [{ quote: { uuid: UUID, result: {} } }, 'result'],
])('%j is refused at once', (definitions, option) => {
  expect(() => invoker.defineFunctions(definitions as never)).toThrow(
    expect.objectContaining({ name: 'ConfigurationError', option }),
  );
});

test('validators that throw, wait, or give no reason', async () => {
  const schema = (validate: () => never): Schema => ({ '~standard': { version: 1, vendor: 'own', validate } });
  const throwing = schema(() => {
    throw new Error('my bug');
  });
  await expect(invoker.invokeByUuid(UUID, 1, { payload: throwing })).rejects.toMatchObject({ option: 'payload', cause: { message: 'my bug' } }); // prettier-ignore
  answer(1);
  await expect(invoker.invokeByUuid(UUID, 1, { result: throwing })).rejects.toMatchObject({ code: 'RESULT_MISMATCH', cause: { message: 'my bug' } }); // prettier-ignore
  const refusing = schema(() => Promise.resolve({ issues: [] }) as never);
  await expect(invoker.invokeByUuid(UUID, 1, { payload: refusing })).rejects.toThrow(/no reason/);
});
