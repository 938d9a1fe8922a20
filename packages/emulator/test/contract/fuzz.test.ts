import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/index.ts';
import type { JsonSchema } from '../../src/json-schema.ts';
import { SCHEMAS, SCRIPTING_ROUTES } from '../../src/scripting/scripting-routes.ts';
import { OPERATION_NAMES } from '../../src/service-route.ts';
import { callerOf, send, type Answer } from '../platform-caller.ts';

const soak = process.env['LPFN_TEST_SOAK'] === '1';
const runs = (quick: number): { readonly numRuns: number; readonly endOnFailure: boolean } => ({
  numRuns: soak ? quick * 40 : quick,
  endOnFailure: true,
});

let emulator: Emulator;
let token: string;
let uuid: string;
beforeAll(async () => {
  emulator = await startEmulator({
    accounts: [{ accountId: '222', platform: 'v1' }],
    maxRequestBytes: 20_000,
    journalSize: 500,
  });
  uuid = emulator.functions.add({
    name: 'echo',
    eventId: 'event',
    code: 'async function lambda({ payload }) { return payload; }',
  }).uuid;
  token = await callerOf(emulator).token();
});
afterAll(() => emulator.close());

/** Every answer to input that nobody scripted: never a 5xx, never a place in our source, always readable. */
function expectCivil({ status, text, headers }: Answer, sent: unknown): void {
  const leaks = /\n\s+at |node:internal|\.ts:\d+|\.m?js:\d+|file:\/\//.test(text);
  expect([sent, status, status >= 200 && status < 500, leaks]).toEqual([sent, status, true, false]);
  if (headers['content-type'] === 'application/json' && text !== '') JSON.parse(text);
}

/** What may stand in a request line: the client refuses the rest before it is sent. */
const visible = fc
  .string({ unit: 'binary-ascii', maxLength: 12 })
  .map((text) => text.replaceAll(/[^\x21-\x7e]|[?#]/g, ''));
const odd = fc.constantFrom(
  '..',
  '.',
  '%2e%2e',
  '%00',
  '%',
  '%zz',
  '%F0%9F%98%80',
  '__proto__',
  'constructor',
  '',
  '*',
);
const segment = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('12345678', '222', 'event', 'echo', 'faasGW', 'x') },
  { weight: 1, arbitrary: visible },
  { weight: 1, arbitrary: odd },
  {
    weight: 1,
    arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => encodeURIComponent(text)),
  },
);
const header = fc.string({ unit: 'binary-ascii', maxLength: 40 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, ''));
const name = fc.constantFrom(
  'v', 'skillId', 'userId', 'state', 'eventId', 'functionName', 'name', 'externalSystem', 'version', 'request', 'grant_type',
  'client_id', 'client_secret', 'code', 'code_verifier', 'redirect_uri', 'refresh_token', 'token', 'scope', 'response_type',
  'code_challenge', 'code_challenge_method', 'nonce', 'loginName', 'password', 'as', '__proto__', '',
); // prettier-ignore
const value = fc.oneof(
  fc.constantFrom(
    'code',
    'client_credentials',
    'authorization_code',
    'refresh_token',
    'Productive',
    '',
    'S256',
    '[]',
    '%',
  ),
  fc.constantFrom('http://localhost:3000/callback', 'javascript:alert(1)', 'faas.lambda.invoke'),
  fc.string({ maxLength: 20 }).map((text) => text),
);
const fields = fc.array(fc.tuple(name, value), { maxLength: 6 }).map((pairs) => new URLSearchParams(pairs).toString());
const json = fc.oneof(
  fc.json(),
  fc
    .record({ headers: fc.jsonValue(), payload: fc.jsonValue(), timestamp: fc.jsonValue() }, { requiredKeys: [] })
    .map((body) => JSON.stringify(body)),
);
const body = fc.oneof(
  fields,
  json,
  fc.string({ maxLength: 200 }),
  fc.constant('x'.repeat(30_000)),
  fc.constant(undefined),
);
const method = fc.constantFrom('GET', 'POST', 'POST', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'PROPFIND');

test('every endpoint of the platform answers anything without a 5xx and without a stack trace', async () => {
  const templates = [
    '/api/account/{}/service/baseURI.json',
    '/api/account/{}/service/{}/baseURI.json',
    '/csdr/account/{}/service/baseURI.json',
    '/sentinel/api/account/{}/app/token',
    '/sentinel/api/v2/account/{}/app/token',
    '/sentinel/api/account/{}/authorize',
    '/sentinel/api/account/{}/login',
    '/sentinel/api/account/{}/token',
    '/sentinel/api/account/{}/token/revoke',
    '/sentinel/well-known/jwks',
    '/api/account/{}/lambdas/{}/invoke',
    '/api/account/{}/events/{}/invoke',
    '/api/account/{}/events/{}/isImplemented',
    '/api/account/{}/lambdas/',
    '/api/account/{}/functions',
    '/{}/{}',
  ];
  const { clientId, clientSecret } = emulator.apps.default;
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const authorization = fc.oneof(
    { weight: 2, arbitrary: fc.constant(`Bearer ${token}`) },
    { weight: 1, arbitrary: fc.constantFrom(basic, 'Bearer', 'Basic', '') },
    { weight: 1, arbitrary: header },
  );
  const request = fc.record({
    template: fc.constantFrom(...templates),
    segments: fc.array(segment, { minLength: 3, maxLength: 3 }),
    query: fields,
    method,
    authorization,
    contentType: fc.oneof(fc.constantFrom('application/json', 'application/x-www-form-urlencoded'), header),
    cookie: header,
    body,
  });
  /** Aimed at what lies behind the first checks. */
  const aimed = fc.record({
    template: fc.constantFrom(
      `/api/account/12345678/lambdas/${uuid}/invoke`,
      '/api/account/12345678/events/event/invoke',
      '/sentinel/api/account/12345678/token',
    ),
    segments: fc.constant<string[]>([]),
    query: fields,
    method: fc.constant('POST'),
    authorization: fc.constantFrom(`Bearer ${token}`, `Bearer ${token}`, basic),
    contentType: fc.constantFrom('application/json', 'text/plain'),
    cookie: fc.constant(''),
    body: fc.oneof({ weight: 3, arbitrary: json }, { weight: 1, arbitrary: body }),
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 3, arbitrary: request }, { weight: 1, arbitrary: aimed }), async (sent) => {
      const [...segments] = sent.segments;
      const path = sent.template.replaceAll('{}', () => segments.shift() ?? '');
      const answer = await send(emulator, sent.query === '' ? path : `${path}?${sent.query}`, {
        method: sent.method,
        headers: { authorization: sent.authorization, 'content-type': sent.contentType, cookie: sent.cookie },
        body: sent.body,
      });
      expectCivil(answer, sent);
    }),
    runs(600),
  );
  // It is no fuzz if it never gets past the door.
  const reached = OPERATION_NAMES.filter((operation) => emulator.requests.count({ operation }) > 0);
  expect(reached).toEqual(OPERATION_NAMES);
  expect(emulator.functions.get('echo').invocations).toBeGreaterThan(0);
  expect((await callerOf(emulator).invoke(uuid, 'fine')).text).toBe('"fine"');
});

test('neither does the scripting interface', async () => {
  const other = await startEmulator({ maxRequestBytes: 20_000 });
  const routes = SCRIPTING_ROUTES.filter(({ path }) => path !== '/signing-keys/rotate' && path !== '/requests/wait');
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom(0, -1, 1e300, 500, 901, 'v1', 'gateway', ''),
  );
  /** A value that often fits the schema, and often just not. */
  const like = (schema: JsonSchema): fc.Arbitrary<unknown> => {
    if (schema.$ref !== undefined) return like(SCHEMAS[schema.$ref.replace('#/components/schemas/', '')] ?? {});
    const { properties = {}, required = [], items = {} } = schema;
    const own = schema.enum === undefined ? fc.constant(undefined) : fc.constantFrom(...schema.enum);
    const fitting: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
      object: fc.record(Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, like(inner)])), {
        requiredKeys: [...required],
      }),
      array: schema.type === 'array' ? fc.array(like(items), { maxLength: 3 }) : own,
      string: schema.enum === undefined ? fc.oneof(value, fc.constantFrom('echo', 'lambda', '222')) : own,
      integer: fc.oneof(fc.nat({ max: 999 }), fc.integer()),
      number: fc.double({ noNaN: true, noDefaultInfinity: true }),
      boolean: fc.boolean(),
    };
    return fc.oneof(
      { weight: 5, arbitrary: fitting[schema.type ?? ''] ?? anything },
      { weight: 1, arbitrary: anything },
    );
  };
  const stray = fc.record({
    path: fc.array(visible, { maxLength: 3 }).map((parts) => `/${parts.join('/')}`),
    method,
    body,
  });
  const aimed = fc.oneof(
    ...routes.map((route) =>
      fc.record({
        path: fc.constant(route.path),
        method: fc.constant<string>(route.method),
        body:
          route.body === undefined ? fc.constant(undefined) : like(route.body.schema).map((one) => JSON.stringify(one)),
      }),
    ),
  );
  const request = fc.record({
    call: fc.oneof({ weight: 4, arbitrary: aimed }, { weight: 1, arbitrary: stray }),
    segments: fc.array(segment, { minLength: 3, maxLength: 3 }),
    query: fc.oneof(
      fc.constant(''),
      fields,
      fc.constantFrom('secrets=shown', 'limit=1', 'after=0', 'status=x', 'limit=1e9'),
    ),
    contentType: fc.oneof({ weight: 4, arbitrary: fc.constant('application/json') }, { weight: 1, arbitrary: header }),
  });
  const succeeded = new Set<string>();
  await fc.assert(
    fc.asyncProperty(request, async (sent) => {
      const [...segments] = sent.segments;
      const path = sent.call.path.replaceAll(/\{\w+\}/g, () => segments.shift() ?? '');
      const answer = await send(other, `/_emulator${path}${sent.query === '' ? '' : `?${sent.query}`}`, {
        method: sent.call.method,
        headers: { 'content-type': sent.contentType },
        body: sent.call.body,
      });
      expectCivil(answer, sent);
      if (answer.status < 300) succeeded.add(`${sent.call.method} ${sent.call.path}`);
    }),
    runs(600),
  );
  expect(succeeded.size).toBeGreaterThan(10);
  other.reset();
  expect((await send(other, '/_emulator/status')).status).toBe(200);
  await other.close();
});
