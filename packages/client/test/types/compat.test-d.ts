import type {
  Client as OfficialClient,
  EVENT as OfficialEvent,
  GetAuthorizationHeader as OfficialHeader,
} from 'liveperson-functions-client';
import { describe, expectTypeOf, test } from 'vitest';
import type {
  BaseClient,
  Client,
  Config,
  EVENT,
  GetAuthorizationHeader,
  Invocation,
  MetricCollector,
  Response,
} from '../../src/compat/index.ts';

type OfficialConfig = ConstructorParameters<typeof OfficialClient>[0];
type OfficialTooling = NonNullable<ConstructorParameters<typeof OfficialClient>[1]>;

describe('a program that compiles with the official client compiles with this one', () => {
  test('what it gives', () => {
    expectTypeOf<OfficialConfig>().toExtend<Config>();
    expectTypeOf<OfficialTooling>().toExtend<ConstructorParameters<typeof Client>[1]>();
    expectTypeOf<Parameters<OfficialClient['invoke']>[0]>().toExtend<Invocation>();
    expectTypeOf<Parameters<OfficialClient['getLambdas']>>().toExtend<Parameters<Client['getLambdas']>>();
    expectTypeOf<Parameters<OfficialClient['getFunctions']>>().toExtend<Parameters<Client['getFunctions']>>();
    expectTypeOf<Parameters<OfficialClient['isImplemented']>>().toExtend<Parameters<Client['isImplemented']>>();
    expectTypeOf<OfficialHeader>().toExtend<GetAuthorizationHeader>();
  });

  test('what it gets', () => {
    expectTypeOf<Response>().toExtend<Awaited<ReturnType<OfficialClient['invoke']>>>();
    expectTypeOf<ReturnType<Client['isImplemented']>>().toEqualTypeOf<Promise<boolean>>();
    expectTypeOf<typeof EVENT>().toEqualTypeOf<typeof OfficialEvent>();
    expectTypeOf<Client['version']>().toEqualTypeOf<string>();
    expectTypeOf<Client>().toEqualTypeOf<InstanceType<typeof BaseClient>>();
  });
});

describe('J49: a part of the tooling can be given alone', () => {
  test('as the official README does', () => {
    expectTypeOf<{ metricCollector: MetricCollector }>().toExtend<ConstructorParameters<typeof Client>[1]>();
  });
});

describe('J50: what a call takes is typed', () => {
  test('one target, not both and not none', () => {
    expectTypeOf<{ lambdaUuid: string; eventId: string; body: { payload: number } }>().not.toExtend<Invocation>();
    expectTypeOf<{ body: { payload: number } }>().not.toExtend<Invocation>();
    expectTypeOf<{ lambdaUuid: string; body: { payload: number } }>().toExtend<Invocation>();
  });
});
