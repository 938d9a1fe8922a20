import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmulatedFunction, type Emulator, startEmulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lpfn } from '../lpfn-process.ts';

const HEADER_SECRET = 'hunter2-of-the-function';

describe.each(['v1', 'v2'] as const)('lpfn invoke on %s', (platform) => {
  let emulator: Emulator;
  let echo: EmulatedFunction;
  let env: Record<string, string>;

  beforeAll(async () => {
    emulator = await startEmulator({ platform });
    const code = (body: string): string =>
      platform === 'v1'
        ? `function lambda(input, callback) { try { callback(null, (() => { ${body} })()); } catch (e) { callback(e); } }`
        : `async function lambda(input) { ${body} }`;
    echo = emulator.functions.add({ name: 'echo', code: code('return input.payload;') });
    emulator.functions.add({ name: 'headers', code: code('return JSON.stringify(input.headers);') });
    emulator.functions.add({ name: 'nothing', code: code('return undefined;') });
    emulator.functions.add({ name: 'echo-too', eventId: 'cli_event', code: code('return input.payload;') });
    env = {
      LPFN_ACCOUNT_ID: emulator.accountId,
      LPFN_CLIENT_ID: emulator.apps.default.clientId,
      LPFN_CLIENT_SECRET: emulator.apps.default.clientSecret,
      LPFN_DISCOVERY_URL: emulator.discoveryUrl,
    };
  });
  afterAll(() => emulator.close());
  beforeEach(() => emulator.reset());

  const invocations = (): number => emulator.requests.count({ service: 'gateway', operation: 'invokeByUuid' });

  it('calls by name, which is exact', async () => {
    expect(await lpfn(['invoke', 'echo', '--data', '7'], { env })).toEqual({ code: 0, stdout: '7\n', stderr: '' });
    const wrong = await lpfn(['invoke', 'ECHO'], { env });
    expect(wrong).toMatchObject({ code: 6, stdout: '' });
    expect(wrong.stderr).toContain('no function named "ECHO"');
    expect(wrong.stderr).toContain('There are: echo, echo-too.');
  });

  it('says what to do where names may not be looked up', async () => {
    emulator.faults.add({ service: 'listing', status: 403 });
    const { code, stderr } = await lpfn(['invoke', 'echo'], { env });
    expect(code).toBe(6);
    expect(stderr).toContain('Call the function by its UUID');
    expect(stderr).not.toContain('listingAuthorizer');
  });

  it.each([
    ['json', '{"a":"x"}\n'],
    ['pretty', '{\n  "a": "x"\n}\n'],
    ['raw', '{"a":"x"}\n'],
  ])('--output %s', async (form, stdout) => {
    const data = ['--data', '{"a":"x"}'];
    expect(await lpfn(['invoke', echo.uuid, ...data, '--output', form], { env })).toEqual({
      code: 0,
      stdout,
      stderr: '',
    });
  });

  it('--output raw prints a text as it is, and nothing for nothing', async () => {
    expect((await lpfn(['invoke', 'echo', '--data', '"a\\nb"', '-o', 'raw'], { env })).stdout).toBe('a\nb\n');
    expect((await lpfn(['invoke', 'echo', '--data', '""', '-o', 'raw'], { env })).stdout).toBe('\n');
    expect((await lpfn(['invoke', 'nothing', '-o', 'raw'], { env })).stdout).toMatch(/^(?:null\n)?$/);
  });

  it('--query takes a part, also within --json', async () => {
    const args = ['invoke', echo.uuid, '--data', '{"items":[{"price":3},{"price":5}]}'];
    expect((await lpfn([...args, '--query', 'sum(items[].price)'], { env })).stdout).toBe('8\n');
    const json = await lpfn([...args, '--query', 'items[1]', '--json'], { env });
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: true, result: { price: 5 } });
  });

  it('--query that does not fit loses nothing: the function has run', async () => {
    const args = ['invoke', echo.uuid, '--data', '{"a":1}', '--query', 'sum(a)', '--request-id', 'my-id'];
    const { code, stdout, stderr } = await lpfn(args, { env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('--query does not fit');
    const json = await lpfn([...args, '--json'], { env });
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      error: { code: 'QUERY_FAILED', executed: 'yes', result: { a: 1 } },
      requestId: 'my-id',
    });
  });

  it('asks nobody when the query cannot be read', async () => {
    expect((await lpfn(['invoke', echo.uuid, '--query', 'a['], { env })).code).toBe(2);
    expect(emulator.requests.list()).toEqual([]);
  });

  it('C12: takes --flag value and --flag=value alike, also before the function', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lpfn-'));
    await writeFile(join(folder, 'payload.json'), '{"from":"file"}');
    const data = `@${join(folder, 'payload.json')}`;
    const timeout = ['--timeout', '1626000000ms'];
    for (const args of [
      ['--data', data, ...timeout, echo.uuid],
      [`--data=${data}`, '--timeout=1626000000ms', echo.uuid],
      [echo.uuid, '-d', data, ...timeout],
      ['-d', data, echo.uuid, '--deadline=30s', '--skill', '42'],
    ]) {
      expect(await lpfn(['invoke', ...args], { env })).toEqual({ code: 0, stdout: '{"from":"file"}\n', stderr: '' });
    }
    await rm(folder, { recursive: true });
    expect(emulator.requests.list({ uuid: echo.uuid })).toHaveLength(4);
  });

  it('C24: refuses a second function instead of running only the first', async () => {
    const { code, stderr } = await lpfn(['invoke', echo.uuid, 'echo'], { env });
    expect(code).toBe(2);
    expect(stderr).toContain('too many arguments');
    expect(emulator.requests.list()).toEqual([]);
  });

  it('--timeout takes a unit', async () => {
    emulator.faults.add({ service: 'gateway', hang: true });
    const { code, stderr } = await lpfn(['invoke', echo.uuid, '--timeout', '300ms'], { env });
    expect(code).toBe(9);
    expect(stderr).toContain('300 ms');
  });

  it('--retries and --retry-wait-ms say what is repeated, and when', async () => {
    emulator.faults.add({ service: 'gateway', status: 503, times: 2 });
    const args = ['invoke', echo.uuid, '--data', '1', '--idempotent', '--retry-wait-ms', '10'];
    expect(await lpfn([...args, '--retries', '2'], { env })).toMatchObject({ code: 0, stdout: '1\n' });
    expect(invocations()).toBe(3);
    emulator.reset();
    emulator.faults.add({ service: 'gateway', status: 503, times: 1 });
    expect(await lpfn([...args, '--retries', '0'], { env })).toMatchObject({ code: 8 });
    expect(invocations()).toBe(1);
  });

  it('--dry-run shows the request and sends nothing at all, without a secret, too', async () => {
    const { LPFN_CLIENT_SECRET: _secret, ...without } = env;
    const flags = [
      '--header',
      `X-Api-Key=${HEADER_SECRET}`,
      '--skill',
      '42',
      '--request-id',
      'my-id',
      '--event-source',
      'me',
    ];
    const args = ['invoke', echo.uuid, '--data', '{"n":1}', '--platform', platform, ...flags, '--dry-run'];
    const { code, stdout, stderr } = await lpfn(args, { env: without });
    expect(code).toBe(0);
    expect(stderr).toContain('Nothing was sent.');
    const query = platform === 'v1' ? 'v=1&externalSystem=me&skillId=42' : 'skillId=42';
    expect(JSON.parse(stdout)).toEqual({
      method: 'POST',
      url: `https://{faasGW}/api/account/${emulator.accountId}/lambdas/${echo.uuid}/invoke?${query}`,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        'user-agent': expect.stringContaining('lp-functions/') as string,
        'x-request-id': 'my-id',
        ...(platform === 'v1' ? {} : { 'lp-eventsource': 'me' }),
        authorization: 'Bearer [secret]',
      },
      body: {
        timestamp: expect.any(Number) as number,
        headers: [{ key: 'X-Api-Key', value: '[secret]' }],
        payload: { n: 1 },
      },
    });
    const byName = await lpfn(['invoke', 'echo', '--dry-run', '--json'], { env });
    expect(JSON.parse(byName.stdout)).toMatchObject({
      ok: true,
      result: { url: expect.stringContaining('/lambdas/{UUID of echo}/invoke') as string },
      requestId: expect.any(String) as string,
    });
    const byEvent = await lpfn(['invoke', '--event', 'my_event', '--dry-run'], { env });
    expect(byEvent.stdout).toContain('/events/my_event/invoke');
    expect(emulator.requests.list()).toEqual([]);
    // What a call would refuse, it refuses.
    expect((await lpfn(['invoke', '--event', '../x', '--dry-run'], { env })).code).toBe(2);
    expect((await lpfn(['invoke', 'echo', '--dry-run', '--data', '{'], { env })).code).toBe(2);
  });

  it('--curl prints a command that works with a token put in, and asks for none', async () => {
    const args = ['invoke', echo.uuid, '--data', `{"it":"'s"}`, '--header', `token=${HEADER_SECRET}`, '--curl'];
    const { code, stdout } = await lpfn(args, { env });
    expect(code).toBe(0);
    expect(stdout).toContain('curl --request POST');
    expect(stdout).toContain('Bearer [secret]');
    expect(stdout).not.toContain(HEADER_SECRET);
    expect(emulator.requests.count({ service: 'gateway' }) + emulator.requests.count({ service: 'sentinel' })).toBe(0);
    const named = await lpfn(['invoke', 'echo', '--curl', '--json'], { env });
    expect(JSON.parse(named.stdout)).toMatchObject({ result: { curl: expect.stringContaining(echo.uuid) as string } });
    expect(invocations()).toBe(0);
  });

  it('--verbose shows requests, answers and times on stderr, and no secret', async () => {
    const args = ['invoke', 'headers', '--header', `X-Api-Key=${HEADER_SECRET}`, '--header', 'a=b', '--verbose'];
    const { code, stdout, stderr } = await lpfn(args, { env });
    expect(code).toBe(0);
    expect(stdout).toContain(HEADER_SECRET);
    const token =
      emulator.requests.last({ service: 'gateway' })?.headers['authorization']?.slice('Bearer '.length) ?? '';
    expect(token).not.toBe('');
    for (const secret of [HEADER_SECRET, token, env['LPFN_CLIENT_SECRET'] ?? '']) expect(stderr).not.toContain(secret);
    for (const step of ['discovery', 'token', 'listing', 'invocation']) expect(stderr).toContain(`* ${step}`);
    expect(stderr).toMatch(/^> POST http.*\/invoke/m);
    expect(stderr).toMatch(/^> authorization: Bearer \[secret\]$/m);
    expect(stderr).toMatch(/^> grant_type=client_credentials&.*client_secret=\[secret\]/m);
    expect(stderr).toMatch(/^< 200 after [\d.]+ ms \(.*waiting [\d.]+ ms/m);
    expect(stderr).toMatch(/"access_token":"\[secret\]"/);
    expect(stderr).toMatch(
      /^\* [\d.]+ ms in all: discovery [\d.]+ ms, token [\d.]+ ms, listing [\d.]+ ms, invocation [\d.]+ ms$/m,
    );
  });

  it('--verbose leaves stdout to the answer, and shows what failed, too', async () => {
    emulator.faults.add({ service: 'sentinel', echo: true, status: 400, times: 1 });
    const { code, stdout, stderr } = await lpfn(['invoke', echo.uuid, '--verbose', '--json'], { env });
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false });
    expect(stderr).toContain('< 400 after');
    expect(stdout + stderr).not.toContain(env['LPFN_CLIENT_SECRET']);
    emulator.faults.add({ service: 'gateway', reset: 'after-read' });
    const cut = await lpfn(['invoke', echo.uuid, '--verbose', '--quiet'], { env });
    expect(cut.code).toBe(8);
    expect(cut.stderr).not.toContain('>');
  });
});
