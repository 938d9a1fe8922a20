import type { Emulator, FaultDefinition } from '@lp-functions/emulator';
import type { Client as OfficialClient } from 'liveperson-functions-client';
import type { Client } from '../../src/compat/index.ts';
import type { Generation } from '../emulated-platform.ts';

/** Both clients, as far as their types agree: what a program that changes one import line has. */
type EitherClient = Pick<OfficialClient, 'invoke' | 'isImplemented' | 'getLambdas' | 'getFunctions'> | Client;

/** What a scenario finds. */
export interface ScenarioContext {
  readonly client: OfficialClient;
  readonly emulator: Emulator;
  readonly accountId: string;
  /** UUID of one of the account's functions. */
  readonly uuid: (name: string) => string;
}

/** One thing that a program does with a client. */
export interface Scenario {
  readonly name: string;
  readonly run: (context: ScenarioContext) => Promise<unknown>;
  /** Beside account and identity. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly tooling?: Readonly<Record<string, unknown>>;
  /** Where the order of requests is not settled, only how many there are of each kind. */
  readonly requests?: 'counted';
  readonly faults?: (generation: Generation) => readonly FaultDefinition[];
}

export type { EitherClient };

const body = { headers: [{ key: 'k', value: 'v' }], payload: { n: 1, ü: 'ü%d' } };
const rejecting = { failOnErrorStatusCode: true };
const MISSING = 'c521cadf-d444-4519-ad11-1c1111114415';
/** Neither client waits for a repeat where a test does not need it. */
const once = (fault: FaultDefinition) => () => [{ service: 'gateway' as const, ...fault }];

const invoke =
  (name: string, changes: Readonly<Record<string, unknown>> = {}): Scenario['run'] =>
  ({ client, uuid }) =>
    client.invoke({ lambdaUuid: uuid(name), lpEventSource: 'shop', body, ...changes });

/** Everything that the two clients are compared in. Each is run with both, on V1 and V2. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'invoke by UUID', run: invoke('echo') },
  { name: 'invoke by UUID: what the function is given', run: invoke('input') },
  { name: 'invoke by UUID: nothing is returned', run: invoke('nothing') },
  {
    name: 'invoke by UUID: skill, user, externalSystem',
    run: invoke('echo', { lpEventSource: undefined, externalSystem: 'old shop', skillId: '42', userId: 'u1' }),
  },
  { name: 'invoke by UUID: no event source', run: invoke('echo', { lpEventSource: undefined }) },
  {
    name: 'invoke by UUID: timestamp and further fields of the body',
    run: invoke('echo', { body: { ...body, timestamp: 5, more: true } }),
  },
  { name: 'invoke by UUID: request id of the caller', run: invoke('echo', { requestId: 'mine-1' }) },
  { name: 'invoke by UUID: apiVersion', run: invoke('echo', { apiVersion: '1' }) },
  {
    name: 'invoke by event',
    run: ({ client }) => client.invoke({ eventId: 'demo_event', lpEventSource: 'shop', body }),
  },
  {
    name: 'invoke by event: skill',
    run: ({ client }) => client.invoke({ eventId: 'demo_event', skillId: '42', lpEventSource: 'shop', body }),
  },
  {
    name: 'invoke by event: nobody listens',
    run: ({ client }) => client.invoke({ eventId: 'no_such_event', lpEventSource: 'shop', body }),
  },
  {
    name: 'invoke by event: a listener fails',
    run: ({ client }) => client.invoke({ eventId: 'failing_event', lpEventSource: 'shop', body }),
  },
  { name: 'a function that throws', run: invoke('throws') },
  { name: 'a function that throws, rejecting', run: invoke('throws'), config: rejecting },
  {
    name: 'a function that throws, rejecting, v1CompError',
    run: invoke('throws', { v1CompError: true }),
    config: rejecting,
  },
  { name: 'a function that throws, v1CompError', run: invoke('throws', { v1CompError: true }) },
  { name: 'a function that crashes, rejecting', run: invoke('crashes'), config: rejecting },
  {
    name: 'a function that is too slow, v1CompError',
    run: invoke('echo', { v1CompError: true }),
    faults: (generation) => [{ service: 'gateway', status: 901, body: tooSlow(generation) }],
  },
  {
    name: 'no such function',
    run: ({ client }) => client.invoke({ lambdaUuid: MISSING, lpEventSource: 'shop', body }),
  },
  {
    name: 'no such function, rejecting',
    run: ({ client }) => client.invoke({ lambdaUuid: MISSING, lpEventSource: 'shop', body }),
    config: rejecting,
  },
  {
    name: 'no such function, rejecting, by event',
    run: ({ client }) => client.invoke({ eventId: 'no_such_event', lpEventSource: 'shop', body }),
    config: rejecting,
  },
  { name: 'not a UUID', run: ({ client }) => client.invoke({ lambdaUuid: 'order', lpEventSource: 'shop', body }) },
  {
    name: 'an id that leads elsewhere',
    run: ({ client }) => client.invoke({ eventId: '../../../account/999/lambdas/victim', lpEventSource: 'shop', body }),
  },
  {
    name: 'three calls at once',
    requests: 'counted',
    run: async ({ client, uuid }) => {
      const call = { lambdaUuid: uuid('echo'), lpEventSource: 'shop', body };
      const responses = await Promise.all([client.invoke(call), client.invoke(call), client.invoke(call)]);
      return responses.map(({ status }) => status);
    },
  },
  {
    name: 'two calls, a wide margin of renewal',
    requests: 'counted',
    config: { jwtRefreshAfterMinutes: 120 },
    run: async (context) => [await invoke('echo')(context), await invoke('echo')(context)].length,
  },
  { name: 'headers for the Domain API', config: { csdsHttpHeaders: { 'X-Team': 'shop' } }, run: invoke('echo') },
  { name: 'the version', run: ({ client }) => Promise.resolve(client.version) },
  { name: 'a secret that is missing', config: { authStrategy: { clientId: 'client-4a1b' } }, run: invoke('echo') },
  { name: 'a number for an account', config: { accountId: 11_111_111 }, run: invoke('echo') },
  { name: 'tooling: a collector that throws', tooling: { metricCollector: failingCollector() }, run: invoke('echo') },
  {
    name: 'tooling: a cache for isImplemented',
    tooling: { isImplementedCache: { get: () => ({ name: 'x', exp: 0, isImplemented: true }), add: () => undefined } },
    run: ({ client }) => client.isImplemented({ eventId: 'no_such_event', externalSystem: 'x' }),
  },
  {
    name: 'DPoP: a repeat',
    requests: 'counted',
    config: { authStrategy: countedProofs() },
    run: async ({ client, emulator }) => {
      await client.isImplemented({ eventId: 'demo_event', externalSystem: 'x' });
      return emulator.requests
        .list({ operation: 'isImplemented' })
        .map(({ headers }, index, all) =>
          headers['dpop'] === all[0]?.headers['dpop'] ? 'the first proof' : 'a proof of its own',
        );
    },
    faults: () => [
      { operation: 'isImplemented', status: 503, retryAfter: 1, times: 1 },
      { operation: 'isImplemented', body: { implemented: true } },
    ],
  },
  { name: 'no id', run: ({ client }) => client.invoke({ body } as never) },
  {
    name: 'fields that are no options',
    run: invoke('echo', {
      url: 'https://va.faasgw.liveperson.net/elsewhere',
      domain: 'elsewhere.liveperson.net',
      method: 'get',
    }),
  },
  { name: 'a 401 that passes', run: invoke('echo'), faults: once({ status: 401, times: 1 }) },
  { name: 'a 401 that stays', run: invoke('echo'), faults: once({ status: 401 }) },
  { name: 'a 403', run: invoke('echo'), faults: once({ status: 403 }) },
  {
    name: 'a 409 with a page for a body',
    run: invoke('echo'),
    faults: once({ status: 409, body: '<html>busy</html>', headers: { 'content-type': 'text/html' } }),
  },
  { name: 'a 500 after the function ran', run: invoke('echo'), faults: once({ status: 500, runs: true, times: 1 }) },
  { name: 'a 503 that passes', run: invoke('echo'), faults: once({ status: 503, times: 1 }) },
  {
    name: 'a 503 that passes, idempotent',
    run: invoke('echo', { idempotent: true }),
    faults: once({ status: 503, retryAfter: 0, times: 1 }),
  },
  { name: 'a 429 that passes', run: invoke('echo'), faults: once({ status: 429, times: 1 }) },
  {
    name: 'a connection that is reset after the function ran',
    run: invoke('echo'),
    faults: once({ reset: 'after-run', times: 1 }),
  },
  {
    name: 'a redirect',
    run: invoke('echo'),
    faults: once({ status: 307, headers: { location: 'https://va.faasgw.liveperson.net/elsewhere' } }),
  },
  {
    name: 'a plain text for a result',
    run: invoke('echo'),
    faults: once({ status: 200, body: 'done', headers: { 'content-type': 'text/plain' } }),
  },
  {
    name: 'a page for a result',
    run: invoke('echo'),
    faults: once({ status: 200, body: '<html></html>', headers: { 'content-type': 'text/html' } }),
  },
  {
    name: 'an error text with placeholders, rejecting',
    run: invoke('echo'),
    config: rejecting,
    faults: (generation) => [{ service: 'gateway', status: 901, body: placeholders(generation) }],
  },
  { name: 'a payload that is a circle', run: invoke('echo', { body: { payload: circle() } }) },
  {
    name: 'a payload that is a circle, rejecting',
    run: invoke('echo', { body: { payload: circle() } }),
    config: rejecting,
  },
  {
    name: 'isImplemented',
    run: async ({ client }) => [
      await client.isImplemented({ eventId: 'demo_event', lpEventSource: 'shop' }),
      await client.isImplemented({ eventId: 'demo_event', lpEventSource: 'shop' }),
    ],
  },
  {
    name: 'isImplemented: externalSystem, skill, user',
    run: ({ client }) =>
      client.isImplemented({ eventId: 'demo_event', externalSystem: 'old', skillId: '7', userId: 'u1' }),
  },
  { name: 'isImplemented: no event source', run: ({ client }) => client.isImplemented({ eventId: 'other_event' }) },
  {
    name: 'isImplemented: with a skill, then without',
    run: async ({ client }) => [
      await client.isImplemented({ eventId: 'skilled_event', skillId: '42', externalSystem: 'x' }),
      await client.isImplemented({ eventId: 'skilled_event', externalSystem: 'x' }),
    ],
  },
  {
    name: 'isImplemented: not authorized',
    run: ({ client }) => client.isImplemented({ eventId: 'demo_event', externalSystem: 'x' }),
    faults: () => [{ operation: 'isImplemented', status: 401 }],
  },
  {
    name: 'isImplemented: not authorized, rejecting',
    run: ({ client }) => client.isImplemented({ eventId: 'demo_event', externalSystem: 'x' }),
    config: rejecting,
    faults: () => [{ operation: 'isImplemented', status: 401 }],
  },
  {
    name: 'isImplemented: an answer that is none',
    run: ({ client }) => client.isImplemented({ eventId: 'demo_event', externalSystem: 'x' }),
    faults: () => [{ operation: 'isImplemented', body: {} }],
  },
  {
    name: 'isImplemented: an answer that is a text',
    run: ({ client }) => client.isImplemented({ eventId: 'demo_event', externalSystem: 'x' }),
    faults: () => [{ operation: 'isImplemented', body: { implemented: 'false' } }],
  },
  { name: 'getLambdas', run: ({ client }) => client.getLambdas({ externalSystem: 'shop' }) },
  {
    name: 'getLambdas: all filters',
    run: ({ client }) =>
      client.getLambdas({
        externalSystem: 'shop',
        state: ['Productive', 'Draft'],
        eventId: 'demo_event',
        userId: 'u1',
        name: 'echo',
      }),
  },
  { name: 'getLambdas: one state', run: ({ client }) => client.getLambdas({ externalSystem: 'shop', state: 'Draft' }) },
  {
    name: 'getLambdas: refused, rejecting',
    run: ({ client }) => client.getLambdas({ externalSystem: 'shop' }),
    config: rejecting,
    faults: () => [{ service: 'listing', status: 400 }],
  },
  {
    name: 'getFunctions: all filters',
    run: ({ client }) =>
      client.getFunctions({
        lpEventSource: 'shop',
        state: ['Productive'],
        eventId: 'demo_event',
        userId: 'u1',
        functionName: 'ech',
      }),
  },
  {
    name: 'getFunctions: refused, rejecting',
    run: ({ client }) => client.getFunctions({}),
    config: rejecting,
    faults: () => [{ service: 'listing', status: 400 }],
  },
  {
    name: 'an account on a call',
    run: ({ client, uuid }) =>
      client.invoke({ accountId: '33333333', lambdaUuid: uuid('echo'), lpEventSource: 'shop', body }),
  },
  {
    name: 'an identity on a call',
    run: invoke('echo', { authStrategy: () => Promise.resolve('Bearer token-of-another-identity') }),
  },
  {
    name: 'a function for authorization',
    run: invoke('echo'),
    config: {
      authStrategy: ({ url, method }: { url: string; method: string }) =>
        Promise.resolve(`Bearer ${method}-${new URL(url).pathname.slice(1, 4)}`),
    },
    faults: once({ status: 200, body: { fine: true } }),
  },
  {
    name: 'a function for authorization that throws',
    run: invoke('echo'),
    config: { authStrategy: () => Promise.reject(new Error('no key today')) },
  },
  {
    name: 'DPoP',
    run: invoke('echo'),
    config: {
      authStrategy: {
        getAccessTokenInternal: (url: string) => Promise.resolve(`for ${url}`),
        getDpopHeaderInternal: (url: string, method: string, token?: string) =>
          Promise.resolve(`${method} ${new URL(url).pathname} ${String(token?.length)}`),
      },
    },
    faults: once({ status: 200, body: { fine: true } }),
  },
  {
    name: 'a token that is refused',
    run: invoke('echo'),
    faults: () => [{ operation: 'appToken', status: 401, body: { error: 'invalid_client' } }],
  },
  {
    name: 'a service that the account does not have',
    run: invoke('echo'),
    config: { gwCsdsServiceName: 'noSuchService' },
  },
  {
    name: 'a service that the account does not have, for a listing',
    run: ({ client }) => client.getLambdas({ externalSystem: 'x' }),
    config: { uiCsdsServiceName: 'noSuchService' },
  },
  {
    name: 'paths of the configuration',
    run: invoke('echo'),
    config: { invokeUuidUri: 'gateway/account/%s/lambdas/%s/invoke' },
  },
  { name: 'an event template that is undefined', run: ({ client }) => client.invoke({ eventId: 'demo_event', lpEventSource: 'shop', body }), config: { invokeEventUri: undefined } },
  {
    name: 'tooling: fetch and generateId',
    run: invoke('echo'),
    tooling: { fetch: fetchTwin, generateId: () => 'made-1' },
  },
  {
    name: 'tooling: fetch, a listing',
    run: ({ client }) => client.getLambdas({ externalSystem: 'x' }),
    tooling: { fetch: fetchTwin },
  },
  {
    name: 'tooling: fetch, a refusal, rejecting',
    run: invoke('echo'),
    config: rejecting,
    tooling: {
      fetch: (request: object) =>
        fetchTwin(request).then((sent) => ({
          ...sent,
          ok: false,
          status: 404,
          statusText: 'Not Found',
          body: { code: 'c', message: 'm' },
        })),
    },
  },
  {
    name: 'tooling: a fetch that throws',
    run: invoke('echo'),
    tooling: { fetch: () => Promise.reject(new Error('no cable')) },
  },
  {
    name: 'tooling: getCsdsEntry',
    run: invoke('echo'),
    tooling: {
      getCsdsEntry: (account: string, service: string) =>
        Promise.resolve(
          `${service === 'sentinel' ? 'va.sentinel' : account === '11111111' ? 'va.faasgw' : 'euwe1.fninvocations'}.liveperson.net`,
        ),
    },
  },
  {
    name: 'tooling: a getCsdsEntry that throws',
    run: invoke('echo'),
    tooling: { getCsdsEntry: () => Promise.reject(new Error('no list')) },
  },
];

/** Sends nothing, and gives back what it was given. */
function fetchTwin(request: object): Promise<Record<string, unknown>> {
  const shown = JSON.parse(JSON.stringify(request)) as { headers: Record<string, string>; url: string };
  shown.headers['Authorization'] = (shown.headers['Authorization'] ?? '').replace(/ .*/, ' …');
  return Promise.resolve({ url: shown.url, headers: {}, body: shown, ok: true, status: 200, statusText: 'OK' });
}

function circle(): object {
  const value: Record<string, unknown> = {};
  value['itself'] = value;
  return value;
}

function tooSlow(generation: Generation): object {
  return generation === 'v1'
    ? { errorCode: 'com.liveperson.faas.handler.executiontime-exceeded', errorMsg: 'too slow' }
    : { code: 'com.customer.faas.function.execution-exceeded', message: 'too slow' };
}

function placeholders(generation: Generation): object {
  return generation === 'v1'
    ? { errorCode: 'com.liveperson.faas.handler.custom-failure', errorMsg: '100%d of %s %20' }
    : { code: 'com.customer.faas.function.threw-error', message: '100%d of %s %20' };
}

function failingCollector(): object {
  const fail = (): never => {
    throw new Error('collector');
  };
  return { onInvoke: fail, onGetLambdas: fail, onIsImplemented: fail };
}

function countedProofs(): object {
  let proofs = 0;
  return {
    getAccessTokenInternal: () => Promise.resolve('token-for-dpop'),
    getDpopHeaderInternal: () => Promise.resolve(`proof-number-${String(++proofs)}`),
  };
}
