import { request as httpRequest } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/index.ts';
import { mismatchOf, type JsonSchema } from '../../src/json-schema.ts';
import { SCRIPTING_ROUTES } from '../../src/scripting/scripting-routes.ts';
import { callerOf, eventually, send, type Answer } from '../platform-caller.ts';

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly required: boolean };
  readonly responses: Readonly<Record<string, { content?: { 'application/json': { schema: JsonSchema } } }>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

const JSON_HEADERS = { 'content-type': 'application/json' };
let emulator: Emulator;
let document: Document;
const called = new Set<string>();
beforeAll(async () => {
  emulator = await startEmulator();
  document = (await send(emulator, '/_emulator/openapi.json')).json as Document;
});
afterAll(() => emulator.close());
afterEach(() => {
  emulator.reset();
});

/** Calls the interface and checks the answer against its own description. */
async function call(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await send(emulator, `/_emulator${path}`, {
    method,
    headers: body === undefined ? {} : JSON_HEADERS,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const operation = operationAt(method, path.split('?', 1)[0] ?? '');
  called.add(operation.operationId);
  const described = operation.responses[String(answer.status)];
  expect([method, path, answer.status, described !== undefined]).toEqual([method, path, answer.status, true]);
  const schema = described?.content?.['application/json'].schema;
  if (schema === undefined) expect(answer.text).toBe('');
  else {
    expect(answer.headers['content-type']).toBe('application/json');
    expect(mismatchOf(schema, answer.json, document.components.schemas, `${method} ${path}`)).toBeUndefined();
  }
  expect(answer.headers['cache-control']).toBe('no-store');
  return answer;
}

function operationAt(method: string, path: string): Operation {
  const found = Object.entries(document.paths).find(
    ([template, operations]) =>
      new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path) && method.toLowerCase() in operations,
  );
  const operation = found?.[1][method.toLowerCase()];
  if (operation === undefined) throw new Error(`The document has no ${method} ${path}.`);
  return operation;
}

const ACCOUNT = '/accounts/12345678';
const ECHO = 'async function lambda({ payload }) { return payload; }';
const LIST = '/api/account/12345678/service/baseURI.json';

describe('the OpenAPI document', () => {
  test('names exactly the routes there are, each once', async () => {
    expect(document.openapi).toBe('3.1.0');
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { operationId }]) => `${method.toUpperCase()} ${path} ${operationId}`),
    );
    expect(described.sort()).toEqual(
      SCRIPTING_ROUTES.map(({ method, path, operationId }) => `${method} ${path} ${operationId}`).sort(),
    );
    const ids = SCRIPTING_ROUTES.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('is what the server does: every described method is answered, every other is 405 with those in Allow', async () => {
    for (const [template, operations] of Object.entries(document.paths)) {
      const path = `/_emulator${template.replaceAll(/\{\w+\}/g, 'x')}`;
      const others = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'].filter(
        (method) => !(method.toLowerCase() in operations),
      );
      for (const method of others) {
        const { status, headers } = await send(emulator, path, { method });
        const allowed = headers.allow?.split(', ').sort();
        const described = Object.keys(operations).map((name) => name.toUpperCase());
        expect([path, method, status, allowed]).toEqual([path, method, 405, described.sort()]);
      }
      for (const method of Object.keys(operations)) {
        if (template === '/openapi.json' || template === '/requests/wait') continue;
        const { status, json } = await send(emulator, path, { method: method.toUpperCase() });
        const { code } = (json as { error?: { code: string } } | undefined)?.error ?? {};
        expect([path, method, status === 405, code === 'UNKNOWN_PATH']).toEqual([path, method, false, false]);
      }
    }
  });

  test('refers only to schemas it has, and uses all of them', () => {
    const text = JSON.stringify(document);
    const named = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name));
    expect([...named].sort()).toEqual(Object.keys(document.components.schemas).sort());
  });
});

describe('operations', () => {
  test('status and reset', async () => {
    expect((await call('GET', '/status')).json).toMatchObject({
      discoveryUrl: emulator.discoveryUrl,
      accountId: '12345678',
      platform: 'v2',
      domains: emulator.domains,
    });
    emulator.faults.add({ service: 'discovery', status: 500 });
    expect((await call('POST', '/reset')).status).toBe(204);
    expect((await send(emulator, LIST)).status).toBe(200);
    const secure = await startEmulator({ tls: true });
    expect((await send(secure, '/_emulator/status')).json).toMatchObject({ tls: { caPem: secure.tls?.caPem } });
    await secure.close();
  });

  test('faults are added, counted, listed and removed', async () => {
    const added = await call('POST', '/faults', { service: 'discovery', status: 503, times: 2, body: { a: [1] } });
    const { id } = added.json as { id: number };
    expect(added).toMatchObject({ status: 201, json: { hits: 0, definition: { status: 503 } } });
    expect(await send(emulator, LIST)).toMatchObject({ status: 503, json: { a: [1] } });
    expect((await call('GET', `/faults/${String(id)}`)).json).toMatchObject({ id, hits: 1 });
    emulator.faults.add({ when: () => false, delayMs: 1 });
    expect((await call('GET', '/faults')).json).toMatchObject([{ id, hits: 1 }, { definition: { delayMs: 1 } }]);
    expect((await call('DELETE', `/faults/${String(id)}`)).status).toBe(204);
    expect((await call('DELETE', `/faults/${String(id)}`)).status).toBe(404);
    expect((await call('GET', `/faults/${String(id)}`)).status).toBe(404);
    expect((await send(emulator, LIST)).status).toBe(200);
    await call('DELETE', '/faults');
    expect((await call('GET', '/faults')).json).toEqual([]);
  });

  test('the journal is paged, filtered, counted and emptied', async () => {
    for (let index = 0; index < 5; index += 1) await send(emulator, LIST);
    await send(emulator, '/nowhere');
    const all = (await call('GET', '/requests')).json as { requests: { id: number }[]; total: number };
    expect([all.requests.length, all.total]).toEqual([6, 6]);
    const ids = all.requests.map(({ id }) => id);
    const page = async (query: string): Promise<number[]> =>
      ((await call('GET', `/requests?${query}`)).json as typeof all).requests.map(({ id }) => id);
    expect(await page('limit=2')).toEqual(ids.slice(-2));
    expect(await page(`after=${String(ids[0])}&limit=2`)).toEqual(ids.slice(1, 3));
    expect(await page('service=discovery&status=200&outcome=answered')).toEqual(ids.slice(0, 5));
    expect(await page('status=404')).toEqual(ids.slice(5));
    expect((await call('GET', '/requests/count?operation=listDomains')).json).toEqual({ count: 5 });
    expect((await call('GET', `/requests/${String(ids[5])}`)).json).toMatchObject({ path: '/nowhere', status: 404 });
    expect((await call('GET', '/requests/0')).status).toBe(404);
    await call('DELETE', '/requests');
    expect((await call('GET', '/requests')).json).toMatchObject({ requests: [], total: 0 });
  });

  test('scripting itself is neither recorded nor disturbed by faults', async () => {
    emulator.faults.add({ reset: 'before-read' });
    expect((await call('GET', '/requests/count')).json).toEqual({ count: 0 });
  });

  test('one can wait for requests, and expect a number of them', async () => {
    const waiting = call('POST', '/requests/wait', { filter: { operation: 'listDomains', status: 200 }, count: 2 });
    await send(emulator, LIST);
    await send(emulator, LIST);
    expect((await waiting).json).toMatchObject({ id: emulator.requests.last()?.id, status: 200 });
    expect(await call('POST', '/requests/wait', { filter: { service: 'listing' }, timeoutMs: 10 })).toMatchObject({
      status: 412,
      json: { error: { code: 'WAIT_TIMEOUT', message: '0 of 1 awaited requests came within 10 ms.' } },
    });
    expect((await call('POST', '/requests/verify', { filter: { service: 'discovery' }, count: 2 })).json).toEqual({
      count: 2,
    });
    expect((await call('POST', '/requests/verify')).json).toEqual({ count: 2 });
    for (const expected of [{ count: 1 }, { atLeast: 3 }, { atMost: 1 }]) {
      expect(await call('POST', '/requests/verify', { filter: { service: 'discovery' }, ...expected })).toMatchObject({
        status: 412,
        json: { error: { code: 'VERIFICATION_FAILED', message: expect.stringContaining('There were 2') as string } },
      });
    }
  });

  test('who goes away while waiting waits no longer', async () => {
    await new Promise<void>((resolve) => {
      const outgoing = httpRequest(`${emulator.discoveryUrl}/_emulator/requests/wait`, { method: 'POST' });
      outgoing.once('error', () => {
        resolve();
      });
      outgoing.end();
      setTimeout(() => outgoing.destroy(), 20);
    });
    // A waiter that stayed would be settled by this request, and would write to a closed connection.
    expect((await send(emulator, LIST)).status).toBe(200);
  });

  test('the clock is read, set, moved and reset', async () => {
    const moment = Date.UTC(2031, 1, 3);
    expect((await call('PUT', '/clock', { nowMs: moment })).json).toMatchObject({
      nowMs: expect.any(Number) as number,
    });
    expect(emulator.clock.now() - moment).toBeLessThan(5_000);
    const { offsetMs } = (await call('POST', '/clock/advance', { ms: 1_000_000 })).json as { offsetMs: number };
    expect(emulator.clock.now() - moment).toBeGreaterThanOrEqual(1_000_000);
    expect(((await call('GET', '/clock')).json as { offsetMs: number }).offsetMs - offsetMs).toBeLessThan(5_000);
    expect((await call('POST', '/clock/advance', { ms: 1e18 })).status).toBe(400);
    await call('DELETE', '/clock');
    expect(Math.abs(emulator.clock.now() - Date.now())).toBeLessThan(5_000);
  });

  test('accounts, apps and users are added and listed', async () => {
    expect((await call('POST', '/accounts', { accountId: '777', platform: 'v1' })).status).toBe(201);
    expect((await call('POST', '/accounts', { accountId: '777' })).status).toBe(409);
    expect((await call('GET', '/accounts')).json).toEqual([
      { accountId: '12345678', platform: 'v2' },
      { accountId: '777', platform: 'v1' },
    ]);
    const installed = await call('POST', '/accounts/777/apps', {
      client_name: 'crm',
      grant_types: ['client_credentials'],
      scope: 'faas.lambda.invoke',
      client_id: 'fixed',
    });
    expect(installed.json).toMatchObject({ clientId: 'fixed', installation: { client_name: 'crm' } });
    const { clientSecret } = installed.json as { clientSecret: string };
    expect(await callerOf(emulator, '777').token({ clientId: 'fixed', clientSecret })).toMatch(/^eyJ/);
    const listed = await call('GET', '/accounts/777/apps');
    expect(listed.json).toMatchObject([{}, { clientId: 'fixed', clientSecret: '[masked]' }]);
    expect(listed.text).not.toContain(emulator.accounts.get('777').apps.default.clientSecret);
    expect((await call('GET', '/accounts/777/apps?secrets=shown')).text).toContain(clientSecret);
    expect(
      await call('POST', '/accounts/777/apps', { client_name: 'web', grant_types: ['authorization_code'] }),
    ).toMatchObject({
      status: 400,
      json: {
        error: {
          code: 'INVALID_APP_INSTALLATION',
          message: expect.stringContaining('"redirect_uris"') as string,
        },
      },
    });
    expect((await call('POST', '/accounts/777/apps', { client_name: 'crm' })).status).toBe(409);
    expect((await call('DELETE', '/accounts/777/apps/fixed')).status).toBe(204);
    expect((await call('DELETE', '/accounts/777/apps/fixed')).status).toBe(404);
    expect((await call('GET', '/accounts/999/apps')).status).toBe(404);

    const user = await call('POST', '/accounts/777/users', { loginName: 'a/b@c', permissions: ['FaaS-Developer'] });
    const { password } = user.json as { password: string };
    expect((await call('GET', '/accounts/777/users')).text).not.toContain(password);
    expect((await call('GET', '/accounts/777/users?secrets=shown')).text).toContain(password);
    expect((await call('POST', '/accounts/777/users', { loginName: 'a/b@c' })).status).toBe(409);
    const tokens = (await call('POST', `/accounts/777/users/${encodeURIComponent('a/b@c')}/tokens`)).json as {
      accessToken: string;
    };
    expect(emulator.tokens.list().some(({ token }) => token === tokens.accessToken)).toBe(true);
    expect((await call('POST', '/accounts/777/users/nobody/tokens', {})).status).toBe(404);
    const elsewhere = { clientId: 'unknown' };
    expect(await call('POST', `/accounts/777/users/${encodeURIComponent('a/b@c')}/tokens`, elsewhere)).toMatchObject({
      status: 404,
      json: { error: { code: 'UNKNOWN_APP' } },
    });
  });

  test('functions are added, shown with code and logs, and removed', async () => {
    const code = 'async function lambda({ payload }) { console.log("called"); return [payload, process.env.KEY]; }';
    const added = await call('POST', `${ACCOUNT}/functions`, {
      name: 'one',
      code,
      eventId: 'event',
      environmentVariables: { KEY: 'value-of-key' },
    });
    const { uuid } = added.json as { uuid: string };
    expect((await callerOf(emulator).invoke(uuid, 1)).json).toEqual([1, 'value-of-key']);
    const listed = await call('GET', `${ACCOUNT}/functions`);
    expect(listed.json).toMatchObject([
      { uuid, name: 'one', invocations: 1, environmentVariables: { KEY: '[masked]' } },
    ]);
    expect(listed.text).not.toContain('value-of-key');
    expect((await call('GET', `${ACCOUNT}/functions?secrets=shown`)).text).toContain('value-of-key');
    expect((await call('GET', `${ACCOUNT}/functions/${uuid}`)).json).toMatchObject({
      name: 'one',
      code,
      logs: [{ level: 'Info', message: 'called' }],
    });
    expect(await call('POST', `${ACCOUNT}/functions`, { name: 'a/b', code })).toMatchObject({
      status: 400,
      json: { error: { code: 'INVALID_FUNCTION' } },
    });
    expect((await call('DELETE', `${ACCOUNT}/functions/one`)).status).toBe(204);
    expect((await call('DELETE', `${ACCOUNT}/functions/one`)).status).toBe(404);
    expect((await call('GET', `${ACCOUNT}/functions/one`)).status).toBe(404);
  });

  test('tokens are listed without giving them away, revoked, and keys rotated', async () => {
    const { uuid } = emulator.functions.add({ name: 'echo', code: ECHO });
    const caller = callerOf(emulator);
    const [first, second] = [await caller.token(), await caller.token()];
    const { accessToken } = emulator.users.issueTokens(emulator.users.default.loginName);
    const listed = await call('GET', '/tokens');
    for (const secret of [first, second, accessToken]) expect(listed.text).not.toContain(secret);
    const shown = (await call('GET', '/tokens?secrets=shown&kind=app')).json as { id: string; token: string }[];
    expect(shown.map(({ token }) => token)).toEqual([first, second]);
    expect((await call('GET', '/tokens?accountId=1')).json).toEqual([]);
    const { id } = shown[0] ?? { id: '' };
    expect((await call('DELETE', `/tokens/${id}`)).status).toBe(204);
    expect((await call('DELETE', `/tokens/${id}`)).status).toBe(404);
    expect((await caller.invoke(uuid, 1, { token: first })).status).toBe(401);
    expect((await caller.invoke(uuid, 1, { token: second })).status).toBe(200);
    await call('POST', '/signing-keys/rotate', {});
    expect((await caller.invoke(uuid, 1, { token: second })).status).toBe(200);
    await call('POST', '/signing-keys/rotate', { keepPrevious: false });
    expect((await caller.invoke(uuid, 1, { token: second })).status).toBe(401);
    expect((await call('POST', '/tokens/revoke', { kind: 'user' })).json).toEqual({ revoked: 1 });
    expect((await call('POST', '/tokens/revoke')).json).toEqual({ revoked: 0 });
  });

  test('a user is signed in without a browser', async () => {
    const authorizationUrl = `${emulator.discoveryUrl}/sentinel/api/account/12345678/authorize?response_type=code&state=s&client_id=${emulator.apps.default.clientId}&redirect_uri=${encodeURIComponent('http://localhost:3000/callback')}`;
    const { callbackUrl } = (await call('POST', '/sign-ins', { authorizationUrl })).json as { callbackUrl: string };
    expect(callbackUrl).toMatch(/^http:\/\/localhost:3000\/callback\?code=[0-9a-f]+&state=s$/);
    expect((await call('POST', '/sign-ins', { authorizationUrl, loginName: 'nobody' })).status).toBe(404);
    expect((await call('POST', '/sign-ins', { authorizationUrl: `${emulator.discoveryUrl}/x` })).status).toBe(400);
    expect((await call('POST', '/sign-ins', { authorizationUrl: 'no address' })).status).toBe(400);
  });

  test('the journal gives no secret away unless it is asked to', async () => {
    const { uuid } = emulator.functions.add({ name: 'echo', code: ECHO });
    const token = await callerOf(emulator).token();
    await callerOf(emulator).invoke(uuid, { said: token }, { token });
    emulator.faults.add({ operation: 'invokeByUuid', echo: true, times: 1 });
    await callerOf(emulator).invoke(uuid, 1, { token });
    const { clientSecret } = emulator.apps.default;
    const masked = await call('GET', '/requests');
    expect(masked.text).not.toContain(token);
    expect(masked.text).not.toContain(clientSecret);
    const shown = await call('GET', '/requests?secrets=shown');
    expect(shown.text).toContain(token);
    expect(shown.text).toContain(clientSecret);
    const waited = await call('POST', '/requests/wait', { filter: { operation: 'appToken', status: 200 } });
    expect(waited.text).not.toContain(token);
  });

  test('a fault is switched off and on again, and its hits go on', async () => {
    const { id } = (await call('POST', '/faults', { service: 'discovery', status: 503 })).json as { id: number };
    expect((await send(emulator, LIST)).status).toBe(503);
    expect((await call('PUT', `/faults/${String(id)}`, { enabled: false })).json).toMatchObject({
      hits: 1,
      enabled: false,
    });
    expect((await send(emulator, LIST)).status).toBe(200);
    expect((await call('GET', '/faults')).json).toMatchObject([{ id, hits: 1, enabled: false }]);
    await call('PUT', `/faults/${String(id)}`, { enabled: true });
    expect((await send(emulator, LIST)).status).toBe(503);
    expect((await call('GET', `/faults/${String(id)}`)).json).toMatchObject({ hits: 2, enabled: true });
    expect((await call('PUT', '/faults/0', { enabled: true })).status).toBe(404);
    expect((await call('PUT', `/faults/${String(id)}`, {})).status).toBe(400);
  });

  test('permissions of a user change at once, also for tokens that are out', async () => {
    const { uuid } = emulator.functions.add({ name: 'echo', code: ECHO });
    const { loginName } = emulator.users.default;
    const { accessToken: token } = emulator.users.issueTokens(loginName);
    const path = `${ACCOUNT}/users/${encodeURIComponent(loginName)}/permissions`;
    expect((await callerOf(emulator).invoke(uuid, 1, { token })).status).toBe(200);
    const changed = await call('PUT', path, { permissions: ['FaaS-Admin'] });
    expect(changed.json).toMatchObject({ loginName, permissions: ['FaaS-Admin'], password: '[masked]' });
    expect(emulator.users.default.permissions).toEqual(['FaaS-Admin']);
    expect((await callerOf(emulator).invoke(uuid, 1, { token })).status).toBe(403);
    await call('PUT', path, { permissions: ['FaaS-Invocation'] });
    expect((await callerOf(emulator).invoke(uuid, 1, { token })).status).toBe(200);
    expect((await call('PUT', path, { permissions: ['Everything'] })).status).toBe(400);
    expect((await call('PUT', `${ACCOUNT}/users/nobody/permissions`, { permissions: [] })).status).toBe(404);
  });

  test('tokens expire by hand, one or all, and are still listed when that is asked for', async () => {
    const { uuid } = emulator.functions.add({ name: 'echo', code: ECHO });
    const caller = callerOf(emulator);
    const [first, second] = [await caller.token(), await caller.token()];
    const [{ id } = { id: '' }] = (await call('GET', '/tokens')).json as { id: string }[];
    expect((await call('GET', `/tokens/${id}`)).json).toMatchObject({ id, token: '[masked]' });
    expect((await call('GET', `/tokens/${id}?secrets=shown`)).json).toMatchObject({ token: first });
    expect((await call('POST', `/tokens/${id}/expire`)).status).toBe(204);
    expect((await caller.invoke(uuid, 1, { token: first })).status).toBe(401);
    expect((await caller.invoke(uuid, 1, { token: second })).status).toBe(200);
    const listed = async (query: string): Promise<number> =>
      ((await call('GET', `/tokens${query}`)).json as unknown[]).length;
    expect([await listed(''), await listed('?expired=included'), await listed('?expired=included&limit=1')]).toEqual([
      1, 2, 1,
    ]);
    expect((await call('POST', '/tokens/expire', { kind: 'user' })).json).toEqual({ expired: 0 });
    expect((await call('POST', '/tokens/expire')).json).toEqual({ expired: 1 });
    expect(await listed('')).toBe(0);
    expect((await call('POST', '/tokens/0/expire')).status).toBe(404);
    expect((await call('GET', '/tokens/0')).status).toBe(404);
  });

  test('responses are recorded with their headers, cookies and codes masked', async () => {
    const authorizationUrl = `/sentinel/api/account/12345678/authorize?response_type=code&client_id=${emulator.apps.default.clientId}&redirect_uri=${encodeURIComponent('http://localhost:3000/callback')}`;
    await send(emulator, authorizationUrl);
    const { id, responseHeaders } = emulator.requests.last() ?? {};
    expect(responseHeaders?.['set-cookie']).toMatch(/=[0-9a-f]{16,}/);
    const { json } = await call('GET', `/requests/${String(id)}`);
    expect((json as { responseHeaders: Record<string, string> }).responseHeaders['set-cookie']).toBe('[masked]');
  });

  test('a long body is said to be cut, masked or not', async () => {
    await send(emulator, '/nowhere', {
      method: 'POST',
      body: `{"password":"abcdefgh","rest":"${'x'.repeat(70_000)}"}`,
    });
    for (const secrets of ['masked', 'shown']) {
      const { requests } = (await call('GET', `/requests?service=unknown&secrets=${secrets}`)).json as {
        requests: readonly object[];
      };
      expect(requests[0]).toMatchObject({ bodyCharacters: 70_033, bodyCut: true, responseBodyCut: false });
    }
    const { properties = {} } = document.components.schemas['RecordedRequest'] ?? {};
    expect(Object.keys(properties)).toEqual(
      expect.arrayContaining(['bodyCharacters', 'bodyCut', 'responseBodyCharacters', 'responseBodyCut']),
    );
  });

  test('an invocation goes over the wire: two requests, result, logs, faults', async () => {
    const code = 'async function lambda({ payload, headers }) { console.log("called"); return { payload, headers }; }';
    const { uuid } = emulator.functions.add({ name: 'wire', code, eventId: 'wire_event' });
    const headers = [{ key: 'a', value: 'b' }];
    const made = await call('POST', `${ACCOUNT}/invocations`, { uuid, payload: { n: 1 }, headers });
    const { requestIds } = made.json as { requestIds: number[] };
    expect(made.json).toMatchObject({
      stage: 'gateway',
      outcome: 'answered',
      status: 200,
      body: JSON.stringify({ payload: { n: 1 }, headers }),
      headers: { 'content-type': 'application/json' },
      ran: [uuid],
      logs: [{ level: 'Info', message: 'called', requestId: requestIds[1] }],
    });
    expect(emulator.requests.list().map(({ id, operation }) => [id, operation])).toEqual([
      [requestIds[0], 'appToken'],
      [requestIds[1], 'invokeByUuid'],
    ]);
    const byEvent = await call('POST', `${ACCOUNT}/invocations`, { eventId: 'wire_event', payload: 2 });
    expect(byEvent.json).toMatchObject({ status: 200, ran: [uuid], body: expect.stringContaining(uuid) as string });

    const as = async (who: object): Promise<unknown> =>
      ((await call('POST', `${ACCOUNT}/invocations`, { uuid, as: who })).json as { status: number }).status;
    expect(await as({ nobody: true })).toBe(401);
    expect(await as({ user: emulator.users.default.loginName })).toBe(200);
    expect(await as({ app: emulator.apps.default.clientId })).toBe(200);
    const unknown = await call('POST', `${ACCOUNT}/invocations`, { uuid, as: { app: 'unknown' } });
    expect(unknown.json).toMatchObject({ stage: 'sentinel', status: 401, ran: [], logs: [] });
    expect((await call('POST', `${ACCOUNT}/invocations`, { uuid, as: { user: 'nobody' } })).status).toBe(404);
    expect((await call('POST', '/accounts/0/invocations', { uuid })).status).toBe(404);
    for (const body of [
      {},
      { uuid, eventId: 'wire_event' },
      { uuid, as: { app: 'a', user: 'b' } },
      { uuid, as: { nobody: false } },
    ]) {
      expect((await call('POST', `${ACCOUNT}/invocations`, body)).status).toBe(400);
    }
  });

  test('an invocation that gets no answer says so, and one that is not awaited ends', async () => {
    const { uuid } = emulator.functions.add({ name: 'echo', code: ECHO });
    emulator.faults.add({ operation: 'invokeByUuid', reset: 'after-run', times: 1 });
    expect((await call('POST', `${ACCOUNT}/invocations`, { uuid })).json).toMatchObject({
      stage: 'gateway',
      outcome: 'cut',
      ran: [uuid],
      problem: expect.stringContaining('The connection was lost') as string,
    });
    emulator.faults.add({ operation: 'invokeByUuid', hang: true, times: 2 });
    expect((await call('POST', `${ACCOUNT}/invocations`, { uuid, timeoutMs: 1_000 })).json).toMatchObject({
      outcome: 'timed-out',
    });
    emulator.faults.add({ operation: 'invokeByUuid', halfBody: true, times: 1 });
    const outgoing = httpRequest(`${emulator.discoveryUrl}/_emulator${ACCOUNT}/invocations`, {
      method: 'POST',
      headers: JSON_HEADERS,
    });
    outgoing.once('error', () => undefined);
    outgoing.end(JSON.stringify({ uuid }));
    const hung = await emulator.requests.waitFor({ operation: 'invokeByUuid' }, { count: 3 });
    outgoing.destroy();
    await eventually(() => hung.outcome === 'aborted');
    expect((await call('POST', `${ACCOUNT}/invocations`, { uuid })).json).toMatchObject({ outcome: 'cut' });
  });

  test('an invocation gives no secret away, whatever the platform echoes', async () => {
    const { uuid } = emulator.functions.add({ name: 'echo', code: ECHO });
    const { clientSecret } = emulator.apps.default;
    for (const operation of ['invokeByUuid', 'appToken'] as const) {
      emulator.faults.add({ operation, echo: true, times: 2 });
      const masked = await call('POST', `${ACCOUNT}/invocations`, { uuid });
      for (const { token } of emulator.tokens.list()) expect(masked.text).not.toContain(token);
      expect(masked.text).not.toContain(clientSecret);
      const shown = await call('POST', `${ACCOUNT}/invocations?secrets=shown`, { uuid });
      expect(shown.text).toContain(operation === 'appToken' ? clientSecret : emulator.tokens.list().at(-1)?.token);
    }
  });

  test('on V1 an invocation has what V1 wants, and the logs of a failure', async () => {
    emulator.accounts.add({ accountId: '1717', platform: 'v1' });
    const code = 'async function lambda() { console.warn("about to fail"); throw new Error("no stock"); }';
    const { uuid } = emulator.accounts.get('1717').functions.add({ name: 'fails', code, skills: ['7'] });
    const made = await call('POST', '/accounts/1717/invocations', { uuid, skillId: '7' });
    expect(made.json).toMatchObject({ status: 901, logs: [{ message: 'about to fail' }] });
    expect(JSON.parse((made.json as { body: string }).body)).toMatchObject({
      errorMsg: 'no stock',
      errorLogs: [{ message: 'about to fail' }],
    });
    expect(emulator.requests.last()?.query).toEqual({ v: '1', externalSystem: 'lp-functions-console', skillId: '7' });
  });

  test('every operation was called by a test above', () => {
    const ids = SCRIPTING_ROUTES.map(({ operationId }) => operationId).filter((id) => id !== 'getOpenApiDocument');
    expect([...called].sort()).toEqual(ids.sort());
  });
});

describe('refusals', () => {
  const post = (path: string, headers: Record<string, string>, body?: string): Promise<Answer> =>
    send(emulator, `/_emulator${path}`, { method: 'POST', headers, body });

  test.each<[string, Record<string, string>, number, string]>([
    ['a foreign Host: DNS rebinding', { host: 'evil.example' }, 403, 'FOREIGN_REQUEST'],
    ['a foreign Origin: cross-site request', { origin: 'http://evil.example' }, 403, 'FOREIGN_REQUEST'],
    ['an opaque Origin', { origin: 'null' }, 403, 'FOREIGN_REQUEST'],
    ['another port of this machine', { origin: 'http://127.0.0.1:3000' }, 403, 'FOREIGN_REQUEST'],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }, 403, 'FOREIGN_REQUEST'],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'NOT_JSON'],
    ['text that pretends', { 'content-type': 'text/plain;application/json' }, 415, 'NOT_JSON'],
    ['no content type', {}, 415, 'NOT_JSON'],
  ])('%s is refused, and nothing happens', async (_what, headers, status, code) => {
    const answer = await post('/faults', { 'content-type': '', ...headers }, '{"status":500}');
    const bare = await send(emulator, '/_emulator/faults', {
      method: 'POST',
      headers: Object.keys(headers).length === 0 ? {} : { ...JSON_HEADERS, ...headers },
      body: '{"status":500}',
    });
    expect(bare).toMatchObject({ status, json: { error: { code, message: expect.any(String) as string } } });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(bare.headers['access-control-allow-origin']).toBeUndefined();
    expect(emulator.faults.list()).toEqual([]);
  });

  test('of every operation, reading included', async () => {
    for (const { method, path } of SCRIPTING_ROUTES) {
      const { status, text } = await send(emulator, `/_emulator${path.replaceAll(/\{\w+\}/g, 'x')}`, {
        method,
        headers: { host: 'rebound.example' },
      });
      expect([method, path, status, text.includes('accountId')]).toEqual([method, path, 403, false]);
    }
  });

  test('the emulator itself as Origin is welcome', async () => {
    const origin = `http://127.0.0.1:${String(emulator.port)}`;
    const headers = { ...JSON_HEADERS, origin, 'sec-fetch-site': 'same-origin' };
    expect((await post('/clock/advance', headers, '{"ms":1}')).status).toBe(200);
  });

  test.each<[string, string, string]>([
    ['/faults', '{"status":', 'The body is not JSON.'],
    ['/faults', '[]', 'The body must be an object.'],
    ['/faults', 'null', 'The body must be an object.'],
    ['/faults', '{"staus":500}', '"staus" is not known.'],
    ['/faults', '{"status":99}', '"status" must be at least 200.'],
    ['/faults', '{"service":"gatway"}', '"service" must be one of discovery, sentinel, gateway, listing, unknown.'],
    ['/faults', '{"headers":{"a b":"c"}}', '"headers" of a fault has a value that is not allowed.'],
    ['/faults', '{"headers":{"a":"b\\r\\nc: d"}}', '"headers" of a fault has a value that is not allowed.'],
    ['/faults', `{"body":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, '"body" of a fault has a value'],
    ['/clock/advance', '{}', '"ms" is missing.'],
    ['/clock/advance', '{"ms":"1"}', '"ms" must be a whole number.'],
    ['/accounts', '{"accountId":"../x"}', '"accountId" has the wrong form.'],
    ['/reset', '{}', 'There must be no body.'],
    [`${ACCOUNT}/users`, '{"loginName":"a","permissions":["root"]}', '"permissions", entry 0, must be one of'],
    [`${ACCOUNT}/apps`, '{"client_name":1}', '"client_name" must be a string.'],
    [`${ACCOUNT}/apps`, '"x"', 'App Installation JSON is not JSON.'],
    [`${ACCOUNT}/apps`, '{"client_name":"x","client_secret":""}', '"client_secret" must be a string'],
  ])('POST %s %s is 400 and says why', async (path, body, message) => {
    const answer = await post(path, JSON_HEADERS, body);
    expect(answer).toMatchObject({
      status: 400,
      json: { error: { message: expect.stringContaining(message) as string } },
    });
  });

  test('a query that is not described is refused', async () => {
    for (const [query, message] of [
      ['colour=red', '"colour" is not known'],
      ['limit=0', '"limit" must be at least 1'],
      ['limit=x', '"limit" must be a whole number'],
      ['limit=1&limit=2', '"limit" is there more than once'],
      ['secrets=yes', '"secrets" must be one of masked, shown'],
      ['__proto__=1', '"__proto__" is not known'],
    ]) {
      const { status, text } = await send(emulator, `/_emulator/requests?${String(query)}`);
      expect([query, status, (JSON.parse(text) as { error: { message: string } }).error.message]).toEqual([
        query,
        400,
        expect.stringContaining(String(message)),
      ]);
    }
  });

  test('a body that is too large is 413', async () => {
    const small = await startEmulator({ maxRequestBytes: 100 });
    const answer = await send(small, '/_emulator/faults', {
      method: 'POST',
      headers: JSON_HEADERS,
      body: `{"body":"${'x'.repeat(200)}"}`,
    });
    expect(answer).toMatchObject({ status: 413, json: { error: { code: 'TOO_LARGE' } } });
    await small.close();
  });

  test('whoever waits when the emulator is closed is let go', async () => {
    const other = await startEmulator();
    const waiting = send(other, '/_emulator/requests/wait', { method: 'POST' }).then(
      ({ status }) => status,
      () => 'cut',
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    await other.close();
    expect([410, 'cut']).toContain(await waiting);
  });
});
