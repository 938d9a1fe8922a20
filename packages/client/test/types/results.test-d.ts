import { describe, expectTypeOf, test } from 'vitest';
import {
  type ClientEvent,
  clientCredentials,
  createFunctionsClient,
  type EventInvocationResult,
  type EventResult,
  type FaaSError,
  type FaaSLambdaError,
  type FunctionsClient,
  type InvocationResult,
  isFaaSError,
  isFaaSLambdaError,
  isTransportError,
  type Schema,
  Secret,
  staticBearer,
} from '../../src/index.ts';

declare const client: FunctionsClient;
const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';

describe('results', () => {
  test('are unknown until somebody says what they are', async () => {
    expectTypeOf(await client.invokeByUuid(UUID, 1)).toEqualTypeOf<InvocationResult>();
    expectTypeOf((await client.invokeByUuid(UUID, 1)).result).toBeUnknown();
    expectTypeOf((await client.invokeByEvent('e', 1)).results).toEqualTypeOf<readonly EventResult[]>();
    // @ts-expect-error: unknown has no properties
    expectTypeOf((await client.invokeByUuid(UUID, 1)).result.price);
  });

  test('are what the caller says', async () => {
    interface Quote {
      readonly price: number;
    }
    const quote = await client.invokeByUuid<Quote>(UUID, { sku: 'x' });
    expectTypeOf(quote.result.price).toBeNumber();
    expectTypeOf(quote.attempts).toBeNumber();
    expectTypeOf(quote.requestId).toBeString();
    const quotes = await client.invokeByEvent<Quote>('e', {});
    expectTypeOf(quotes).toEqualTypeOf<EventInvocationResult<Quote>>();
    expectTypeOf(quotes.results[0]?.result).toEqualTypeOf<Quote | undefined>();
    // @ts-expect-error: results are readonly
    quotes.results = [];
    // @ts-expect-error: and so is each of them
    quote.result = { price: 1 };
  });
});

describe('calls', () => {
  test('take the documented options and no others', () => {
    const { signal } = new AbortController();
    void client.invokeByUuid(UUID, 1, { headers: { a: 'b' }, skillId: '1', userId: '2', eventSource: 'x', signal });
    void client.invokeByUuid(UUID, 1, { headers: [{ key: 'a', value: 'b' }], idempotent: true, requestId: 'x' });
    void client.invokeByEvent('e', 1, { timeoutMs: 1, deadlineMs: 2, idempotent: undefined });
    // @ts-expect-error: no such option
    void client.invokeByUuid(UUID, 1, { url: 'https://evil.example' });
    // @ts-expect-error: a number of milliseconds
    void client.invokeByUuid(UUID, 1, { timeoutMs: '1000' });
    // @ts-expect-error: values are texts
    void client.invokeByUuid(UUID, 1, { headers: { a: 1 } });
    // @ts-expect-error: it has to be a text
    void client.invokeByUuid(UUID, 1, { skillId: 42 });
    // @ts-expect-error: the payload has to be named, if only as undefined
    void client.invokeByUuid(UUID);
    // @ts-expect-error: it has to be a text
    void client.invokeByEvent(5, 1);
  });
});

describe('defined functions', () => {
  test('are typed wherever they are: by UUID, by name, by event', () => {
    const quoteRequest = {} as Schema<{ readonly sku: string }>;
    const quote = {} as Schema<unknown, { readonly price: number }>;
    const functions = client.defineFunctions({
      byUuid: { uuid: UUID, payload: quoteRequest, result: quote },
      byName: { name: 'quote', payload: quoteRequest, result: quote },
      byEvent: { eventId: 'quote_wanted', payload: quoteRequest, result: quote },
      untyped: { name: 'quote' },
    });
    expectTypeOf(functions.byUuid).parameter(0).toEqualTypeOf<{ readonly sku: string }>();
    expectTypeOf(functions.byName).parameter(0).toEqualTypeOf<{ readonly sku: string }>();
    expectTypeOf(functions.byEvent).parameter(0).toEqualTypeOf<{ readonly sku: string }>();
    expectTypeOf(functions.untyped).parameter(0).toBeUnknown();
    interface Price {
      readonly price: number;
    }
    expectTypeOf(functions.byUuid).returns.resolves.toEqualTypeOf<InvocationResult<Price>>();
    expectTypeOf(functions.byName).returns.resolves.toEqualTypeOf<InvocationResult<Price>>();
    expectTypeOf(functions.byEvent).returns.resolves.toEqualTypeOf<EventInvocationResult<Price>>();
    expectTypeOf(functions.untyped).returns.resolves.toEqualTypeOf<InvocationResult>();
    // @ts-expect-error: the schema asks for a text
    void functions.byName({ sku: 5 });
    // @ts-expect-error: what is sent and what comes back is the definition's affair
    void functions.byName({ sku: 'a' }, { result: quote });
    // @ts-expect-error: there is none of this name
    expectTypeOf(functions.byOther);
    // @ts-expect-error: one place, not two
    client.defineFunctions({ quote: { name: 'quote', uuid: UUID } });
    // @ts-expect-error: nor none
    client.defineFunctions({ quote: { payload: quoteRequest } });
    // @ts-expect-error: refuse or omit
    client.defineFunctions({ quote: { name: 'quote', undefinedProperties: 'drop' } });
  });
});

describe('the factory', () => {
  test('wants an account and an identity', () => {
    const auth = clientCredentials({ clientId: 'a', clientSecret: new Secret('b') });
    expectTypeOf(createFunctionsClient({ accountId: '1', auth })).toEqualTypeOf<FunctionsClient>();
    createFunctionsClient({ accountId: '1', auth: staticBearer(() => Promise.resolve('token')) });
    createFunctionsClient({ accountId: '1', auth: { authorize: () => Promise.resolve({}) } });
    createFunctionsClient({ accountId: '1', auth: () => ({ authorize: () => Promise.resolve({}) }) });
    // @ts-expect-error: no identity
    createFunctionsClient({ accountId: '1' });
    // @ts-expect-error: a text, since ids can be longer than a number
    createFunctionsClient({ accountId: 12_345_678, auth });
    // @ts-expect-error: not what makes an identity
    createFunctionsClient({ accountId: '1', auth: { clientId: 'a', clientSecret: 'b' } });
    // @ts-expect-error: v1 or v2
    createFunctionsClient({ accountId: '1', auth, platform: 'v3' });
    // @ts-expect-error: no such option
    createFunctionsClient({ accountId: '1', auth, fetch: () => undefined });
    // @ts-expect-error: no secret
    clientCredentials({ clientId: 'a' });
    expectTypeOf(client.withAuth(auth)).toEqualTypeOf<FunctionsClient>();
  });

  test('tells events by their type', () => {
    createFunctionsClient({
      accountId: '1',
      auth: staticBearer('x'),
      onEvent(event) {
        expectTypeOf(event).toEqualTypeOf<ClientEvent>();
        if (event.type === 'attempt') expectTypeOf(event.attempt).toBeNumber();
        if (event.type === 'discovery-stale') expectTypeOf(event.ageMs).toBeNumber();
        // @ts-expect-error: not every event has it
        expectTypeOf(event.status);
      },
    });
  });
});

describe('errors', () => {
  test('are told apart by guards', () => {
    const caught: unknown = undefined;
    if (isFaaSError(caught)) {
      expectTypeOf(caught).toEqualTypeOf<FaaSError>();
      expectTypeOf(caught.executed).toEqualTypeOf<'no' | 'maybe' | 'yes'>();
    }
    if (isFaaSLambdaError(caught)) {
      expectTypeOf(caught).toEqualTypeOf<FaaSLambdaError>();
      expectTypeOf(caught.status).toBeNumber();
    }
    if (isTransportError(caught)) {
      expectTypeOf(caught.requestSent).toEqualTypeOf<'no' | 'maybe'>();
      // @ts-expect-error: there was no answer
      expectTypeOf(caught.status);
    }
  });
});
