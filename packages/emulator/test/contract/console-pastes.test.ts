import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { curlOf } from '../../console/copy-as-curl.ts';
import { typeScriptOf } from '../../console/copy-as-typescript.ts';
import type { RequestView } from '../../console/emulator-views.ts';
import { environmentText, THREE_LINES } from '../../console/environment-text.ts';
import { startEmulator, type Emulator } from '../../src/index.ts';
import { createClientFolder, finished, type ClientFolder, type Finished } from '../client-folder.ts';
import { callerOf, FORM, send } from '../platform-caller.ts';

const BUILD_MS = 60_000;
const CLIENT_SECRET = 'the&secret=of+the app';
let emulator: Emulator;
let folder: ClientFolder;
beforeAll(async () => {
  emulator = await startEmulator({ app: { clientId: 'an-app', clientSecret: CLIENT_SECRET } });
  emulator.functions.add({ name: 'echo', code: 'async function lambda(input) { return input.payload; }' });
  folder = await createClientFolder();
}, BUILD_MS);
afterAll(async () => {
  folder.remove();
  await emulator.close();
});

/** The newest request to a service, as the console's panel has it. */
async function newest(service: string): Promise<RequestView> {
  const id = emulator.requests.last({ service: service as 'gateway' })?.id ?? 0;
  return (await send(emulator, `/_emulator/requests/${String(id)}`)).json as RequestView;
}
const credentials = { LPFN_CLIENT_ID: 'an-app', LPFN_CLIENT_SECRET: CLIENT_SECRET };
const inShell = (command: string, environment: Readonly<Record<string, string>>): Promise<Finished> =>
  finished('sh', ['-c', command], environment);

describe('an invocation whose payload has secrets', () => {
  const payload = {
    client_secret: 'not-of-the-app',
    login: [{ password: 'open sesame', n: 1 }],
    note: 'Bearer of-somebody-else-00000000',
    1: 'plain',
  };
  const masked = { LPFN_MASKED_1: 'first', LPFN_MASKED_2: "it's `2` $HOME", LPFN_MASKED_3: 'third' };
  const expected = {
    ...payload,
    client_secret: 'first',
    login: [{ password: "it's `2` $HOME", n: 1 }],
    note: 'Bearer third',
  };
  let request: RequestView;
  let token: string;
  beforeAll(async () => {
    token = await callerOf(emulator).token();
    const { uuid } = emulator.functions.get('echo');
    await callerOf(emulator).invoke(uuid, payload, { token });
    request = await newest('gateway');
    expect(request.body).not.toContain('open sesame');
  });
  const functionGot = (): unknown => {
    return JSON.parse(emulator.requests.last({ operation: 'invokeByUuid' })?.responseBody ?? '');
  };

  test('copied as curl: each has a variable of its own, and none gets the secret of the app', async () => {
    const command = curlOf(request, emulator.discoveryUrl);
    expect(command).not.toContain('LPFN_CLIENT_SECRET');
    const { stdout } = await inShell(command, { ...credentials, ...masked, LPFN_TOKEN: token });
    expect(stdout).toMatch(/^HTTP\/1\.1 200/);
    expect(functionGot()).toEqual(expected);
  });

  test('copied as TypeScript: the same', async () => {
    const { code, stderr } = await folder.run(typeScriptOf(request, emulator.discoveryUrl), {
      ...credentials,
      ...masked,
    });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(functionGot()).toEqual(expected);
  });

  test('without the variables neither sends anything, and both name the field', async () => {
    const before = emulator.requests.count();
    const environment = { ...credentials, LPFN_MASKED_1: 'first', LPFN_MASKED_3: 'third', LPFN_TOKEN: token };
    const runs = [
      await inShell(curlOf(request, emulator.discoveryUrl), environment),
      await folder.run(typeScriptOf(request, emulator.discoveryUrl), environment),
    ];
    for (const { code, stderr } of runs) {
      expect(code).not.toBe(0);
      expect(stderr).toMatch(/LPFN_MASKED_2.*stands for body\.payload\.login\.0\.password/);
    }
    expect(emulator.requests.count()).toBe(before);
  });
});

describe('a request that the client does not make by itself', () => {
  test('Sentinel’s form: the client secret comes from its variable, and whatever else is masked from others', async () => {
    const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'r', client_id: 'an-app' });
    form.append('client_secret', CLIENT_SECRET);
    const path = '/sentinel/api/account/12345678/token?v=2.0';
    await send(emulator, path, { method: 'POST', headers: FORM, body: form.toString() });
    const request = await newest('sentinel');
    const environment = { LPFN_CLIENT_SECRET: CLIENT_SECRET, LPFN_MASKED_1: 'r' };
    for (const run of [
      () => inShell(curlOf(request, emulator.discoveryUrl), environment),
      () => folder.run(typeScriptOf(request, emulator.discoveryUrl), environment),
    ]) {
      const { stderr } = await run();
      expect(stderr).not.toContain('LPFN');
      const { body = '' } = emulator.requests.last({ service: 'sentinel' }) ?? {};
      expect(Object.fromEntries(new URLSearchParams(body))).toEqual(Object.fromEntries(form));
    }
    expect(emulator.requests.count({ operation: 'token' })).toBe(3);
  });

  test('a malformed body with a bearer token: the token is in the same variable in both', async () => {
    const token = await callerOf(emulator).token();
    const { uuid } = emulator.functions.get('echo');
    await callerOf(emulator).invoke(uuid, undefined, { token, body: '{"password":"abcdef", broken' });
    const request = await newest('gateway');
    const environment = { LPFN_TOKEN: token, LPFN_MASKED_1: 'abcdef' };
    const again = await inShell(curlOf(request, emulator.discoveryUrl), environment);
    expect(again.stdout).toMatch(/^HTTP\/1\.1 400/);
    expect((await newest('gateway')).body).toBe(request.body);
    const code = typeScriptOf(request, emulator.discoveryUrl);
    expect(await folder.run(code, environment)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^400 /) as string,
    });
    expect(emulator.requests.last()?.body).toBe('{"password":"abcdef", broken');
    expect(folder.mistakesIn(code)).toEqual([]);
  });
});

describe('the three lines of the first-run panel', () => {
  const variables = (): Readonly<Record<string, string>> => ({
    LPFN_DISCOVERY_URL: emulator.discoveryUrl,
    LPFN_ACCOUNT_ID: emulator.accountId,
    ...credentials,
    LPFN_FUNCTION_UUID: emulator.functions.get('echo').uuid,
  });

  test('are a module that Node runs as it stands, with the environment of the panel', async () => {
    expect(await folder.run(THREE_LINES, variables())).toEqual({ code: 0, stdout: '{ n: 1 }\n', stderr: '' });
    const { stdout } = await inShell(`${environmentText(variables(), 'sh')}\nenv`, {});
    for (const [name, value] of Object.entries(variables())) expect(stdout.split('\n')).toContain(`${name}=${value}`);
  });

  test('are strict TypeScript', () => {
    expect(folder.mistakesIn(THREE_LINES)).toEqual([]);
    expect(folder.mistakesIn(`${THREE_LINES}\nconst wrong: number = 'text';`)).toHaveLength(1);
  });

  test('name what is missing where a variable is not set', async () => {
    const { LPFN_ACCOUNT_ID: _left, ...others } = variables();
    const { code, stderr } = await folder.run(THREE_LINES, others);
    expect(code).toBe(1);
    expect(stderr).toContain('accountId');
    expect(stderr).not.toContain(CLIENT_SECRET);
  });
});
