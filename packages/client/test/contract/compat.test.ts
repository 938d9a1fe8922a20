import { createRequire } from 'node:module';
import type { Emulator } from '@lp-functions/emulator';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { isFaaSError, isFaaSLambdaError } from '../../src/index.ts';
import { Client, CompatError, type Config, type InvocationMetricData, type Tooling } from '../../src/compat/index.ts';
import { startConnectProxy } from '../connect-proxy.ts';
import { CLIENT_ID, CLIENT_SECRET } from '../credentials.ts';
import { ACCOUNTS, type Generation, GENERATIONS, runsOf, startPlatform, uuidOf } from '../emulated-platform.ts';
import { observe } from '../leak-scan.ts';
import { domainList, json, type RawPlatform, startRawPlatform } from '../raw-platform.ts';

const authStrategy = { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };
const body = { payload: { n: 1 } };

let emulator: Emulator;
let raw: RawPlatform;
const clients: Client[] = [];
beforeAll(async () => {
  [emulator, raw] = await Promise.all([startPlatform(), startRawPlatform('v2')]);
});
afterEach(async () => {
  emulator.faults.clear();
  emulator.requests.clear();
  raw.reset();
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
afterAll(() => Promise.all([emulator.close(), raw.close()]));

function open(generation: Generation, config: Partial<Config> = {}, tooling?: Tooling): Client {
  const { discoveryUrl } = emulator;
  const client = new Client({ accountId: ACCOUNTS[generation], authStrategy, discoveryUrl, ...config }, tooling);
  clients.push(client);
  return client;
}

async function errorOf(work: Promise<unknown>): Promise<CompatError> {
  const error: unknown = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  observe(error);
  if (error instanceof CompatError) return error;
  throw error;
}

test.each(GENERATIONS)('J1, J36: calls that begin at once share hosts, token and answer, on %s', async (generation) => {
  const client = open(generation);
  const asked = Array.from({ length: 20 }, () => client.isImplemented({ eventId: 'demo_event' }));
  expect(new Set(await Promise.all(asked))).toEqual(new Set([true]));
  expect(emulator.requests.count({ operation: 'listDomains' })).toBe(1);
  expect(emulator.requests.count({ operation: 'appToken' })).toBe(1);
  expect(emulator.requests.count({ operation: 'isImplemented' })).toBe(1);
});

test('J33: what is said of one account is not said of another', async () => {
  const client = open('v2');
  expect(await client.isImplemented({ eventId: 'demo_event' })).toBe(true);
  emulator.faults.add({ operation: 'isImplemented', accountId: ACCOUNTS.v1, body: { implemented: false } });
  expect(await client.isImplemented({ eventId: 'demo_event', accountId: ACCOUNTS.v1 })).toBe(false);
  expect(await client.isImplemented({ eventId: 'demo_event' })).toBe(true);
  expect(emulator.requests.count({ operation: 'isImplemented' })).toBe(2);
});

test('answers of isImplemented are not kept if they hold for 0 seconds', async () => {
  const client = open('v2', { isImplementedCacheDurationInSeconds: 0 });
  await client.isImplemented({ eventId: 'demo_event' });
  await client.isImplemented({ eventId: 'demo_event' });
  expect(emulator.requests.count({ operation: 'isImplemented' })).toBe(2);
});

test.each(GENERATIONS)('J19, J20: a function that may have run is not run again, on %s', async (generation) => {
  const runs = runsOf(emulator, generation, 'slow');
  const client = open(generation, { timeout: 500 });
  const lambdaUuid = uuidOf(emulator, generation, 'slow');
  const response = await client.invoke({ lambdaUuid, body: { payload: { ms: 2_000 } } });
  observe(response.failure);
  expect(response).toMatchObject({ ok: false, status: undefined, body: undefined, retryCount: 0 });
  expect(response.failure).toMatchObject({ code: 'ATTEMPT_TIMEOUT', executed: 'maybe' });
  expect(emulator.requests.count({ operation: 'invokeByUuid' })).toBe(1);
  expect(runsOf(emulator, generation, 'slow') - runs).toBeLessThanOrEqual(1);
});

test('J24: what was not answered says why', async () => {
  const client = open('v2');
  const lambdaUuid = uuidOf(emulator, 'v2', 'echo');
  emulator.faults.add({ operation: 'invokeByUuid', reset: 'before-read', times: 1 });
  const lost = await client.invoke({ lambdaUuid, body });
  const unwritable = await client.invoke({ lambdaUuid, body: { payload: 10n } });
  const missing = await client.invoke({ lambdaUuid } as never);
  const broken = await client.invoke({ lambdaUuid, body, requestId: 'a\r\nb: c' });
  const codes = [lost, unwritable, missing, broken].map(({ ok, failure }) => [ok, failure?.code]);
  for (const { failure } of [lost, unwritable, missing, broken]) observe(failure);
  expect(codes).toEqual([
    [false, 'CONNECTION_LOST'],
    [false, 'PAYLOAD_NOT_SERIALIZABLE'],
    [false, 'INVALID_OPTION'],
    [false, 'INVALID_OPTION'],
  ]);
  expect(emulator.requests.count({ operation: 'invokeByUuid' })).toBe(1);
  // A copy of a response is what it was with the official client.
  expect(Object.keys(lost)).not.toContain('failure');
});

test('J22: a signal ends a call, also while it waits for its hosts', async () => {
  const client = open('v2');
  emulator.faults.add({ operation: 'listDomains', hang: true });
  const ending = new AbortController();
  const call = client.invoke({ lambdaUuid: uuidOf(emulator, 'v2', 'echo'), body, signal: ending.signal });
  const failed = errorOf(call);
  await emulator.requests.waitFor({ operation: 'listDomains' });
  ending.abort();
  expect(await failed).toMatchObject({ name: 'FaaSInvokeError', failure: { code: 'ABORTED', executed: 'no' } });
});

test('J17: hosts with a port can be reached, and http can be asked for', async () => {
  const generation = 'v2';
  const asked: string[] = [];
  const getCsdsEntry = (account: string, service: string): Promise<string> => {
    asked.push(`${account} ${service}`);
    const port = new URL(emulator.discoveryUrl).port;
    return Promise.resolve(service === 'sentinel' ? emulator.discoveryUrl : `euwe1.fninvocations.localhost:${port}`);
  };
  const client = open(generation, { protocol: 'http' }, { getCsdsEntry });
  const call = { lambdaUuid: uuidOf(emulator, generation, 'echo'), body };
  for (let n = 0; n < 3; n++) expect(await client.invoke(call)).toMatchObject({ ok: true, body: { n: 1 } });
  // The gateway with every call, as the official client does; Sentinel for the token alone.
  expect(asked.filter((one) => one === `${ACCOUNTS.v2} faasGW`)).toHaveLength(3);
  expect(asked.filter((one) => one === `${ACCOUNTS.v2} sentinel`)).toHaveLength(2);
});

test('J16: the generation can be said, and is that of the gateway for a listing', async () => {
  expect((await open('v2', { platform: 'v2' }).getLambdas()).ok).toBe(true);
  expect(emulator.requests.last()?.path).toContain('/functions');
  expect((await open('v1').getFunctions()).ok).toBe(true);
  expect(emulator.requests.last()?.path).toContain('/lambdas/');
});

test('J47: request ids are UUIDs of version 4', async () => {
  const client = open('v2');
  const lambdaUuid = uuidOf(emulator, 'v2', 'echo');
  for (let call = 0; call < 10; call++) await client.invoke({ lambdaUuid, body });
  const ids = emulator.requests.list({ operation: 'invokeByUuid' }).map(({ headers }) => headers['x-request-id']);
  expect(new Set(ids).size).toBe(10);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('J40: errors can be written as JSON, and verror reads them', async () => {
  const client = open('v2', { failOnErrorStatusCode: true });
  const error = await errorOf(client.invoke({ lambdaUuid: uuidOf(emulator, 'v2', 'throws'), body }));
  const officialPackage = createRequire(import.meta.url).resolve('liveperson-functions-client/package.json');
  const VError = createRequire(officialPackage)('verror') as {
    info(error: Error): { readonly response?: { readonly status: number } };
    findCauseByName(error: Error, name: string): Error | null;
    fullStack(error: Error): string;
  };
  expect(VError.info(error).response?.status).toBe(901);
  expect(VError.findCauseByName(error, 'HttpRequestError')?.message).toContain('901');
  expect(VError.fullStack(error)).toContain('caused by: FaaSRequestError');
  expect(error.cause()?.name).toBe('FaaSRequestError');
  expect(JSON.parse(JSON.stringify(error))).toMatchObject({
    name: 'FaaSLambdaError',
    jse_cause: { jse_cause: { jse_info: { response: { body: { code: 'com.customer.faas.function.threw-error' } } } } },
    failure: { code: 'FUNCTION_THREW', executed: 'yes' },
  });
  expect(isFaaSLambdaError(error.failure)).toBe(true);

  emulator.faults.add({ operation: 'appToken', status: 400, body: { error: 'invalid_client' } });
  const refused = await errorOf(open('v2').invoke({ lambdaUuid: uuidOf(emulator, 'v2', 'echo'), body }));
  expect(JSON.parse(JSON.stringify(refused))).toMatchObject({
    name: 'FaaSInvokeError',
    jse_cause: { name: 'FaaSRequestError', jse_cause: { name: 'FaaSAppJWTAuthenticationError' } },
    failure: { code: 'GRANT_REFUSED' },
  });
});

test('J39: a server that echoes the request gives nothing away', async () => {
  for (const failOnErrorStatusCode of [true, false]) {
    emulator.faults.add({ operation: 'invokeByUuid', echo: true, times: 1 });
    const call = open('v1', { failOnErrorStatusCode }).invoke({ lambdaUuid: uuidOf(emulator, 'v1', 'echo'), body });
    const seen: unknown = await call.catch((error: unknown) => error);
    observe(seen);
    expect(JSON.stringify(seen)).toContain('[secret]');
  }
});

test('J11: a host that the Domain API should not name gets neither secret nor token', async () => {
  raw.answers.discovery = (response) => {
    const baseURIs = ['sentinel', 'faasGW'].map((service) => ({ service, account: '1', baseURI: 'evil.example' }));
    json(response, { baseURIs });
  };
  const { discoveryUrl } = raw;
  const error = await errorOf(open('v2', { discoveryUrl }).invoke({ eventId: 'demo_event', body }));
  expect(error).toMatchObject({ name: 'FaaSInvokeError', jse_cause: { name: 'CSDSFailure' } });
  expect(error.failure).toMatchObject({ code: 'HOST_REFUSED' });
  expect(raw.count('sentinel') + raw.count('gateway')).toBe(0);
});

test('J21: a 429 is repeated no sooner than it says', async () => {
  const told: InvocationMetricData[] = [];
  const keep = (metric: InvocationMetricData): number => told.push(metric);
  const metricCollector = { onInvoke: keep, onGetLambdas: keep, onIsImplemented: keep };
  emulator.faults.add({ operation: 'invokeByUuid', status: 429, retryAfter: 2, times: 1 });
  const call = { lambdaUuid: uuidOf(emulator, 'v2', 'echo'), body };
  expect((await open('v2', {}, { metricCollector }).invoke(call)).ok).toBe(true);
  const [first, second] = emulator.requests.list({ operation: 'invokeByUuid' });
  expect((second?.startedAtMs ?? 0) - (first?.startedAtMs ?? 0)).toBeGreaterThanOrEqual(1_990);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({ UUID: call.lambdaUuid, statusCode: 200, fromCache: false });
});

test.each<[string, object, object?]>([
  ['accountId', { accountId: 12_345_678 }],
  ['authStrategy', { authStrategy: undefined }],
  ['authStrategy', { authStrategy: {} }],
  ['authStrategy', { authStrategy: { clientId: 'a', clientSecret: '' } }],
  ['timeout', { timeout: 0 }],
  ['protocol', { protocol: 'ftp' }],
  ['platform', { platform: 'v3' }],
  ['invokeUuidUri', { invokeUuidUri: 'api/%s' }],
  ['getLambdasUri', { getLambdasUri: '../%s' }],
  ['isImplementedUri', { isImplementedUri: 'api/%s/%s?x=y' }],
  ['csdsHttpHeaders', { csdsHttpHeaders: { a: 'b\r\nc: d' } }],
  ['csdsTtlSeconds', { csdsTtlSeconds: -1 }],
  ['failOnErrorStatusCode', { failOnErrorStatusCode: 'yes' }],
  ['discoveryUrl', { discoveryUrl: 'http://example.com' }],
  ['fetch', {}, { fetch: 'no function' }],
  ['metricCollector', {}, { metricCollector: {} }],
])('J48: the constructor names %s', (option, config, tooling) => {
  const base = { accountId: '12345678', authStrategy };
  expect(() => new Client({ ...base, ...config }, tooling as never)).toThrow(
    expect.objectContaining({ name: 'ConfigurationError', option }) as Error,
  );
});

test('J48: the constructor takes no configuration for none, and keys that it does not know', () => {
  expect(() => new Client(null as never)).toThrow(expect.objectContaining({ option: 'Client' }) as Error);
  expect(() => new Client({ accountId: '1', authStrategy, region: 'va' } as never)).not.toThrow();
});

test('what fails before the host is known is a FaaSInvokeError, too', async () => {
  const error = await errorOf(open('v2').invoke({ eventId: 'demo_event', body, accountId: '../1' }));
  expect(error).toMatchObject({ name: 'FaaSInvokeError', failure: { code: 'INVALID_OPTION', option: 'accountId' } });
  const other = await errorOf(open('v2').isImplemented({ eventId: '..' }));
  expect(other).toMatchObject({ name: 'FaaSIsImplementedError', failure: { option: 'eventId' } });
  expect(isFaaSError(other.failure)).toBe(true);
});

test('a fetch of the caller is asked once, and judged like an answer', async () => {
  let calls = 0;
  const fetch = (): Promise<never> => {
    calls++;
    return Promise.resolve({ ok: false } as never);
  };
  const response = await open('v2', {}, { fetch }).invoke({ eventId: 'demo_event', body });
  expect(response.failure).toMatchObject({ code: 'TRANSPORT_FAILED', executed: 'maybe' });
  expect(calls).toBe(1);
});

test('after close, nothing is sent', async () => {
  const client = open('v2');
  await client.close();
  const response = await client.invoke({ eventId: 'demo_event', body }).catch((error: unknown) => error);
  expect(response).toMatchObject({ failure: { code: 'CLOSED' } });
  expect(emulator.requests.count()).toBe(0);
});

test('proxy and allowedHostSuffixes hold for discovery, token and call', async () => {
  const proxy = await startConnectProxy();
  onTestFinished(() => proxy.close());
  const lambdaUuid = uuidOf(emulator, 'v2', 'echo');
  /** The code that a call failed with, and the hosts that the proxy was asked for. */
  async function told(config: Partial<Config>): Promise<[unknown, Set<string>]> {
    const call = open('v2', { proxy: { httpsProxy: proxy.url }, ...config }).invoke({ lambdaUuid, body });
    const { failure } = await call.catch((reason: unknown) => reason as CompatError);
    observe(failure);
    return [failure?.code, new Set(proxy.targets.splice(0))];
  }
  raw.answers.discovery = (response) =>
    json(response, domainList({ sentinel: 'login.other.example', faasGW: 'gw.other.example' }));
  const { discoveryUrl } = raw;
  const allowed = { discoveryUrl, allowedHostSuffixes: ['other.example'] };
  const own = { ...allowed, authStrategy: () => Promise.resolve('Bearer raw-token-9') };
  expect(await told({ discoveryUrl: 'https://api.liveperson.net' })).toEqual([
    'UNREACHABLE',
    new Set(['api.liveperson.net:443']),
  ]);
  expect(await told({ discoveryUrl })).toEqual(['HOST_REFUSED', new Set()]);
  expect(await told(allowed)).toEqual(['UNREACHABLE', new Set(['login.other.example:443'])]);
  expect(await told(own)).toEqual(['UNREACHABLE', new Set(['gw.other.example:443'])]);
});
