import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmulator } from '../../packages/emulator/src/index.ts';
import { run } from '../child-process.mjs';
import { staleFiles } from '../generated-files.mjs';
import { POSTMAN_FOLDER, postmanDocuments } from '../postman-documents.mjs';
import { SECRET_NAMES } from '../postman/variables.mjs';
import { runCollection } from './newman-run.mjs';

/** A machine with much else to do is slow; newman ends by itself before that. */
const TIME = { timeout: 120_000 };
const read = (name) => JSON.parse(readFileSync(join(POSTMAN_FOLDER, name), 'utf8'));
const ENVIRONMENT = read('emulator.postman_environment.json');
const [HOSTS, APP_TOKEN, LOGIN, CALLS, LISTING, , SIGN_OUT] = read('functions-v2.postman_collection.json').item.map(
  ({ name }) => name,
);
const REQUESTS = requestNames(read('functions-v2.postman_collection.json'));

describe('docs/postman', () => {
  it('is what its sources say; if not, run scripts/generate-postman.mjs', async () => {
    expect(staleFiles(await postmanDocuments())).toEqual([]);
  });

  it.each(['liveperson', 'emulator'])(
    'the environment %s has no secret, and a place for each that is hidden',
    (name) => {
      const { values } = read(`${name}.postman_environment.json`);
      const secrets = values.filter(({ type }) => type === 'secret');
      expect(secrets.map(({ key }) => key)).toEqual(SECRET_NAMES);
      expect(secrets.filter(({ value }) => value !== '')).toEqual([]);
      expect(SECRET_NAMES).toEqual(expect.arrayContaining(['app_client_secret', 'login_client_secret']));
    },
  );

  it.each(['v1', 'v2'])('the collection of %s uses no variable that nobody sets', (generation) => {
    const text = readFileSync(join(POSTMAN_FOLDER, `functions-${generation}.postman_collection.json`), 'utf8');
    const set = [...text.matchAll(/pm\.variables\.set\('(\w+)'/g)].map(([, name]) => name);
    const known = new Set([...ENVIRONMENT.values.map(({ key }) => key), ...set, '$guid']);
    const used = [...text.matchAll(/\{\{([^}]+)\}\}/g)].map(([, name]) => name);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
    expect(used.length).toBeGreaterThan(20);
  });
});

describe.each(['v1', 'v2'])('the collection of %s, run by newman against the emulator', TIME, (generation) => {
  const collection = read(`functions-${generation}.postman_collection.json`);
  let emulator;
  let values;

  beforeAll(async () => {
    // Loopback is reached directly, whatever proxy this machine has.
    process.env.NO_PROXY = 'localhost,.localhost,127.0.0.1';
    emulator = await startEmulator({ platform: generation });
    const { clientId, clientSecret } = emulator.apps.default;
    const greet = emulator.functions.add({
      name: 'greet',
      eventId: 'greeting_wanted',
      code: 'async function lambda(input) { return { hello: input.payload.name }; }',
    });
    const broken = emulator.functions.add({
      name: 'broken',
      code: 'async function lambda() { throw new Error("no"); }',
    });
    values = {
      discovery_url: emulator.discoveryUrl,
      account_id: emulator.accountId,
      app_client_id: clientId,
      app_client_secret: clientSecret,
      login_client_id: clientId,
      login_client_secret: clientSecret,
      function_uuid: greet.uuid,
      event_id: 'greeting_wanted',
      failing_function_uuid: broken.uuid,
    };
  });

  afterAll(async () => {
    await emulator?.close();
  });

  it.each(['app', 'user'])('shows every step, calling as %s, with no check failed', async (caller) => {
    emulator.reset();
    const { sent, failures } = await runCollection(collection, ENVIRONMENT, { ...values, call_as: caller });
    expect(failures).toEqual([]);
    expect(sent).toEqual(REQUESTS);
    const calls = { invokeByUuid: 5, invokeByEvent: 1, isImplemented: 1, appToken: 1, login: 1, token: 2, revoke: 1 };
    for (const [operation, count] of Object.entries(calls)) emulator.requests.verify({ operation }, { count });
    expect(emulator.functions.get('greet').invocations).toBe(3);
  });

  it('says who calls as the generation does, and sends a request id and the time', async () => {
    emulator.reset();
    await runCollection(collection, ENVIRONMENT, { ...values, calling_system: 'the shop & co' });
    const { query, headers, body } = emulator.requests.list({ operation: 'invokeByEvent' })[0];
    const sent = { query: Object.fromEntries(new URLSearchParams(query)), source: headers['lp-eventsource'] };
    expect(sent).toEqual(
      generation === 'v1'
        ? { query: { v: '1', externalSystem: 'the shop & co' }, source: undefined }
        : { query: {}, source: 'the shop & co' },
    );
    expect(headers['x-request-id']).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(JSON.parse(body)).toEqual({ timestamp: expect.any(Number), headers: [], payload: { name: 'Ada' } });
  });

  describe('a check that fails', () => {
    const failuresOf = async (changed, folders) => {
      emulator.reset();
      return (await runCollection(collection, ENVIRONMENT, { ...values, ...changed }, folders)).failures;
    };

    it('a wrong secret: Sentinel’s own word for it', async () => {
      expect(await failuresOf({ app_client_secret: 'wrong' }, [HOSTS, APP_TOKEN])).toEqual([
        expect.stringMatching(/^2\.1 .*: a bearer token was issued: HTTP 401 .*invalid_client/),
      ]);
    });

    it('an account that the Domain API does not know', async () => {
      expect(await failuresOf({ account_id: '999' }, [HOSTS])).toContainEqual(
        expect.stringMatching(/^1\.1 .*an unknown account is an empty list/),
      );
    });

    it('a function that is not there, and one that fails', async () => {
      const unknown = '11111111-2222-4333-8444-555555555555';
      expect(await failuresOf({ function_uuid: unknown }, [HOSTS, APP_TOKEN, CALLS, LISTING])).toEqual([
        expect.stringMatching(/^4\.2 .*HTTP 404 /),
        expect.stringMatching(/^5\.1 .*function_uuid is not in the list/),
      ]);
      expect(
        await failuresOf({ function_uuid: values.failing_function_uuid, event_id: '' }, [HOSTS, APP_TOKEN, CALLS]),
      ).toEqual([expect.stringMatching(/^4\.2 .*HTTP 901 \(the function itself failed\)/)]);
    });

    it('an event that nobody listens to', async () => {
      expect(await failuresOf({ event_id: 'nobody_listens' }, [HOSTS, APP_TOKEN, CALLS])).toEqual([
        expect.stringMatching(/^4\.3 .*nobody listens/),
      ]);
    });

    it('a token that was revoked', async () => {
      emulator.reset();
      const { environment } = await runCollection(collection, ENVIRONMENT, values, [HOSTS, APP_TOKEN]);
      emulator.tokens.revokeAll();
      const { failures } = await runCollection(collection, ENVIRONMENT, environment, [CALLS]);
      expect(failures.length).toBeGreaterThan(2);
      for (const failure of failures) expect(failure).toMatch(/HTTP 401 \(token missing or expired\)/);
    });

    it('an account of the other generation', async () => {
      const other = read(`functions-${generation === 'v1' ? 'v2' : 'v1'}.postman_collection.json`);
      const { failures } = await runCollection(other, ENVIRONMENT, values, [HOSTS]);
      expect(failures).toEqual([expect.stringMatching(/if not, take the other collection/)]);
    });

    it('a secret in an address', async () => {
      const changed = structuredClone(collection);
      const [first] = changed.item[0].item;
      first.request.url.query.push({ key: 'client_secret', value: '{{app_client_secret}}' });
      const { failures } = await runCollection(changed, ENVIRONMENT, values, [HOSTS]);
      expect(failures).toEqual([
        expect.stringMatching(/^1\.1 .*no secret and no token is in the address: app_client_secret/),
      ]);
    });

    it('no account, no host, no token to call with: nothing is sent', async () => {
      expect(await failuresOf({ account_id: '' }, [HOSTS])).toContainEqual(expect.stringMatching(/fill in account_id/));
      expect(await failuresOf({}, [APP_TOKEN])).toEqual([expect.stringMatching(/sentinel_url is not known/)]);
      expect(await failuresOf({}, [CALLS])).toContainEqual(expect.stringMatching(/gateway_url is not known/));
      emulator.requests.verify({}, { count: 0 });
      expect(await failuresOf({}, [HOSTS, CALLS])).toContainEqual(
        expect.stringMatching(/no token to call with as app/),
      );
      emulator.requests.verify({ service: 'gateway' }, { count: 0 });
    });
  });

  it('sends no secret to a host that is not LivePerson’s', async () => {
    const stranger = await startEmulator({
      platform: generation,
      app: { clientId: values.app_client_id, clientSecret: values.app_client_secret },
      extraServices: { sentinel: 'sentinel.liveperson.net.example' },
    });
    try {
      const { failures, sent, environment } = await runCollection(
        collection,
        ENVIRONMENT,
        { ...values, discovery_url: stranger.discoveryUrl },
        [HOSTS, APP_TOKEN, LOGIN],
      );
      expect(failures).toContainEqual(
        expect.stringMatching(/^1\.1 .*LivePerson’s own.*sentinel\.liveperson\.net\.example/),
      );
      expect(sent.filter((name) => !name.startsWith('1'))).toEqual([]);
      expect(environment.sentinel_url).toBe('');
    } finally {
      await stranger.close();
    }
  });

  it('leaves out what has no settings, and says so', async () => {
    emulator.reset();
    const few = { discovery_url: values.discovery_url, account_id: values.account_id };
    const { sent, failures, printed } = await runCollection(collection, ENVIRONMENT, few, [
      HOSTS,
      APP_TOKEN,
      LOGIN,
      SIGN_OUT,
    ]);
    expect(failures).toEqual([]);
    expect(sent).toEqual(REQUESTS.filter((name) => name.startsWith('1')));
    expect(printed).toMatch(/2\.1 .*left out, since app_client_id is empty/);
  });

  it('takes the login of a browser, pasted as an address; not one of another login, nor one that was denied', async () => {
    emulator.reset();
    // A person's login: the page is somewhere else, so the script leaves it alone.
    const withoutPage = structuredClone(collection);
    const login = withoutPage.item.find(({ name }) => name === LOGIN);
    const [begin, , ...rest] = login.item;
    login.item = [begin];
    const { environment, printed } = await runCollection(withoutPage, ENVIRONMENT, values, [HOSTS, LOGIN]);
    const [address] = /^https?:\S*\/authorize\?\S+$/m.exec(printed);
    const callback = emulator.signIn(address);
    login.item = rest;

    const paste = (callbackUrl) =>
      runCollection(withoutPage, ENVIRONMENT, { ...environment, callback_url: callbackUrl }, [LOGIN]);
    const forged = new URL(callback);
    forged.searchParams.set('state', 'of-another-login');
    expect((await paste(forged.href)).failures).toEqual([
      expect.stringMatching(/state is not that of the pending login/),
    ]);
    const denied = new URL(callback);
    denied.searchParams.delete('code');
    denied.searchParams.set('error', 'access_denied');
    expect((await paste(denied.href)).failures).toEqual([
      expect.stringMatching(/The login was refused: access_denied/),
    ]);
    emulator.requests.verify({ operation: 'token' }, { count: 0 });

    const { failures, sent, environment: after } = await paste(callback);
    expect(failures).toEqual([]);
    expect(sent).toEqual(rest.map(({ name }) => name));
    expect(after.user_access_token).not.toBe('');
    expect([after.callback_url, after.code_verifier, after.login_state]).toEqual(['', '', '']);
  });

  it('prints neither secret nor token, whatever happens', async () => {
    emulator.reset();
    emulator.faults.add({ service: 'gateway', status: 500, times: 2 });
    emulator.faults.add({ operation: 'token', skip: 1, status: 400 });
    const { printed, failures, environment } = await runCollection(collection, ENVIRONMENT, values);
    expect(failures.length).toBeGreaterThan(2);
    const secrets = emulator.requests
      .list()
      .flatMap(({ headers }) => /^bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? []);
    secrets.push(values.app_client_secret, environment.app_access_token);
    for (const secret of secrets) expect(`${printed}\n${failures.join('\n')}`.includes(secret)).toBe(false);
    expect(secrets.length).toBeGreaterThan(4);
  });
});

describe('the command of the README', TIME, () => {
  const readme = readFileSync(join(POSTMAN_FOLDER, 'README.md'), 'utf8');
  const [, command] = /^```sh no-run\n(npx newman [^]*?)^```$/m.exec(readme);

  it.each([
    ['succeeds', {}, 0],
    ['ends with 1 if a check fails', { LPFN_CLIENT_SECRET: 'wrong' }, 1],
  ])('%s', async (_what, changed, expected) => {
    const emulator = await startEmulator();
    try {
      const { clientId, clientSecret } = emulator.apps.default;
      const { uuid } = emulator.functions.add({
        name: 'echo',
        code: 'async function lambda({ payload }) { return payload; }',
      });
      const { code, output } = await run('sh', ['-c', command.replace('npx newman', 'newman')], {
        env: {
          LPFN_DISCOVERY_URL: emulator.discoveryUrl,
          LPFN_CLIENT_ID: clientId,
          LPFN_CLIENT_SECRET: clientSecret,
          LPFN_FUNCTION_UUID: uuid,
          NO_PROXY: 'localhost,.localhost,127.0.0.1',
          ...changed,
        },
        capture: true,
        timeoutMs: 60_000,
      });
      expect(code, output).toBe(expected);
      emulator.requests.verify({ operation: 'invokeByUuid', status: 200 }, { count: expected === 0 ? 2 : 0 });
    } finally {
      await emulator.close();
    }
  });
});

function requestNames({ item }) {
  return item.flatMap((entry) => (entry.item === undefined ? [entry.name] : requestNames(entry)));
}
