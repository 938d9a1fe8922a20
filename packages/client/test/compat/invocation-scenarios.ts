import type { Generation } from '../emulated-platform.ts';
import { body, invoke, once, rejecting, type Scenario } from './scenario.ts';

const MISSING = 'c521cadf-d444-4519-ad11-1c1111114415';

/** Invocations, and what can come of them. */
export const INVOCATION_SCENARIOS: readonly Scenario[] = [
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
];

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
