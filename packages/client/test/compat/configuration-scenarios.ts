/* eslint-disable @typescript-eslint/no-deprecated -- the client's older members are part of what has to work */
import { body, invoke, once, rejecting, type Scenario } from './scenario.ts';

/** Identities, configuration, tooling. */
export const CONFIGURATION_SCENARIOS: readonly Scenario[] = [
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
  {
    name: 'an event template that is undefined',
    run: ({ client }) => client.invoke({ eventId: 'demo_event', lpEventSource: 'shop', body }),
    config: { invokeEventUri: undefined },
  },
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
