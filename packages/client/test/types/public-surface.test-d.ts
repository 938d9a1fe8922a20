import { describe, expectTypeOf, test } from 'vitest';
import {
  type AuthMethod,
  type BulkOptions,
  type ClientEvent,
  createFunctionsClient,
  type EventListener,
  type FaaSDetailedError,
  type FunctionsClient,
  type FunctionsClientOptions,
  type InvocationOptions,
  type InvocationResult,
  type InvocationTarget,
  type Lambda,
  type LambdaFilter,
  type Logger,
  staticBearer,
} from '../../src/index.ts';

declare const client: FunctionsClient;
const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
const auth = staticBearer('token');

describe('J49: what a client may be given', () => {
  test('is an account, authorization, and as much of the rest as somebody wants', () => {
    createFunctionsClient({ accountId: '1', auth });
    const counted: string[] = [];
    createFunctionsClient({ accountId: '1', auth, onEvent: ({ type }) => counted.push(type) });
    createFunctionsClient({ accountId: '1', auth, retry: { maxRetries: 1 } });
    // @ts-expect-error: authorization is missing
    createFunctionsClient({ accountId: '1' });
    // @ts-expect-error: the account is missing
    createFunctionsClient({ auth });
    // @ts-expect-error: a name that does not exist
    createFunctionsClient({ accountId: '1', auth, metricCollector: {} });
  });

  test('can be undefined where it may be left out', () => {
    const logger = undefined as Logger | undefined;
    createFunctionsClient({ accountId: '1', auth, logger, discoveryUrl: undefined, timeoutMs: undefined });
  });
});

describe('J50: what a caller has to name', () => {
  test('is exported: options, results, what listens', () => {
    expectTypeOf(createFunctionsClient).parameter(0).toEqualTypeOf<FunctionsClientOptions>();
    expectTypeOf<FunctionsClientOptions['auth']>().extract<AuthMethod>().toEqualTypeOf<AuthMethod>();
    expectTypeOf<EventListener>().parameter(0).toEqualTypeOf<ClientEvent>();
    expectTypeOf(client.invokeByUuid).parameter(2).exclude<undefined>().toExtend<InvocationOptions>();
    expectTypeOf(client.getLambdas).parameter(0).exclude<undefined>().toEqualTypeOf<LambdaFilter>();
    expectTypeOf(client.getLambdas).returns.resolves.toEqualTypeOf<readonly Lambda[]>();
    expectTypeOf<keyof BulkOptions>().not.toBeNever();
  });

  test('is never any: a result is unknown, a status a number that is there', () => {
    expectTypeOf<InvocationResult['result']>().toBeUnknown();
    expectTypeOf<InvocationResult['result']>().not.toBeAny();
    expectTypeOf<InvocationResult['status']>().toEqualTypeOf<number>();
    expectTypeOf<FaaSDetailedError['status']>().toEqualTypeOf<number>();
  });

  test('both ids at once do not compile, none neither', () => {
    void client.isImplemented({ eventId: 'e', skillId: '1' });
    void client.isImplemented({ lambdaUuid: UUID });
    // @ts-expect-error: a function or an event, not both
    void client.isImplemented({ eventId: 'e', lambdaUuid: UUID });
    // @ts-expect-error: neither a function nor an event
    void client.isImplemented({});
    // @ts-expect-error: a skill belongs to an event
    void client.isImplemented({ lambdaUuid: UUID, skillId: '1' });
    const target: InvocationTarget = { eventId: 'e' };
    void client.toCurl(target, 1);
    // @ts-expect-error: a function or an event, not both
    void client.toCurl({ uuid: UUID, eventId: 'e' }, 1);
  });
});
