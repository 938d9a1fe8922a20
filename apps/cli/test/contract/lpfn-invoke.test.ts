import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { type EmulatedFunction, type Emulator, startEmulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lpfn, startLpfn } from '../lpfn-process.ts';

describe.each(['v1', 'v2'] as const)('lpfn invoke on %s', (platform) => {
  let emulator: Emulator;
  let echo: EmulatedFunction;
  let fails: EmulatedFunction;
  let env: Record<string, string>;

  beforeAll(async () => {
    emulator = await startEmulator({ platform });
    const code = (body: string): string =>
      platform === 'v1'
        ? `function lambda(input, callback) { try { callback(null, (() => { ${body} })()); } catch (e) { callback(e); } }`
        : `async function lambda(input) { ${body} }`;
    echo = emulator.functions.add({ name: 'echo', code: code('return input.payload;') });
    fails = emulator.functions.add({ name: 'fails', code: code("throw new Error('no such order');") });
    emulator.functions.add({ name: 'listens', eventId: 'cli_event', code: code('return input.payload.n + 1;') });
    env = {
      LPFN_ACCOUNT_ID: emulator.accountId,
      LPFN_CLIENT_ID: emulator.apps.default.clientId,
      LPFN_CLIENT_SECRET: emulator.apps.default.clientSecret,
      LPFN_DISCOVERY_URL: emulator.discoveryUrl,
    };
  });
  afterAll(() => emulator.close());
  beforeEach(() => emulator.reset());

  it('prints the value as JSON and nothing else', async () => {
    expect(await lpfn(['invoke', echo.uuid, '--data', '{"n":1}'], { env })).toEqual({
      code: 0,
      stdout: '{"n":1}\n',
      stderr: '',
    });
  });

  it('prints the list of an event', async () => {
    const { code, stdout } = await lpfn(['invoke', '--event', 'cli_event', '--data', '{"n":1}'], { env });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ uuid: expect.any(String), result: 2 })]);
  });

  it('prints an empty list for an event that nobody listens to', async () => {
    expect(await lpfn(['invoke', '--event', 'nobody_listens'], { env })).toMatchObject({ code: 0, stdout: '[]\n' });
  });

  it('reads the payload from a file, and from standard input only for -', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lpfn-'));
    const file = join(folder, 'payload.json');
    await writeFile(file, '["ä\\n"]');
    expect(await lpfn(['invoke', echo.uuid, '--data', `@${file}`], { env })).toMatchObject({ stdout: '["ä\\n"]\n' });
    await rm(folder, { recursive: true });
    const piped = await lpfn(['invoke', echo.uuid, '--data', '-'], { env, input: '{"from":"stdin"}' });
    expect(piped).toMatchObject({ code: 0, stdout: '{"from":"stdin"}\n' });
    // Standard input stays open here: a program that read it would hang.
    expect(await lpfn(['invoke', echo.uuid], { env })).toMatchObject({ code: 0, stdout: '{}\n' });
  });

  it('answers one object with --json', async () => {
    const { stdout, stderr } = await lpfn(['invoke', echo.uuid, '--data', '7', '--json', '--request-id', 'my-id'], {
      env,
    });
    expect(JSON.parse(stdout)).toEqual({ ok: true, result: 7, requestId: 'my-id' });
    expect(stderr).toBe('');
  });

  it('sends what the flags say', async () => {
    const flags = [
      '--header',
      'a=b=c',
      '--skill',
      '42',
      '--user-id',
      'u 1',
      '--event-source',
      'my system',
      '--idempotent',
    ];
    await lpfn(['invoke', '--event', 'cli_event', '--data', '{"n":1}', ...flags], { env });
    const [request] = emulator.requests.list({ service: 'gateway' });
    const { searchParams } = new URL(request!.url, 'http://gateway');
    expect([searchParams.get('skillId'), searchParams.get('userId')]).toEqual(['42', 'u 1']);
    const source = platform === 'v1' ? searchParams.get('externalSystem') : request!.headers['lp-eventsource'];
    expect(source).toBe('my system');
    const body = JSON.parse(request!.body) as { headers: unknown[] };
    expect(body.headers).toContainEqual({ key: 'a', value: 'b=c' });
    expect(body.headers).toContainEqual({ key: 'Idempotency-Key', value: expect.any(String) });
  });

  it('says with code 7 that the function failed, and what it said', async () => {
    const { code, stdout, stderr } = await lpfn(['invoke', fails.uuid], { env });
    expect({ code, stdout }).toEqual({ code: 7, stdout: '' });
    expect(stderr).toContain('the function failed (HTTP 901');
    expect(stderr).toContain('no such order');
    expect(stderr).toContain('executed=yes');
    const json = await lpfn(['invoke', fails.uuid, '--json'], { env });
    expect(json).toMatchObject({ code: 7, stderr: '' });
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      error: { name: 'FaaSLambdaError', code: 'FUNCTION_THREW', executed: 'yes' },
      requestId: expect.any(String),
    });
  });

  it.each([
    ['an unknown function', 6, 'NOT_FOUND', ['6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55'], {}],
    ['a wrong secret', 4, 'GRANT_REFUSED', ['UUID'], { LPFN_CLIENT_SECRET: 'wrong-secret-0123456789' }],
    ['an unknown account', 5, 'ACCOUNT_NOT_FOUND', ['UUID', '--account', '99999999'], {}],
    ['no account', 3, 'SETTING_MISSING', ['UUID'], { LPFN_ACCOUNT_ID: '' }],
    ['no secret', 3, 'SETTING_MISSING', ['UUID'], { LPFN_CLIENT_SECRET: '' }],
    ['a discovery URL that is none', 3, 'INVALID_OPTION', ['UUID', '--discovery-url', 'nonsense'], {}],
    ['plain http beyond this machine', 3, 'INSECURE_HTTP', ['UUID', '--discovery-url', 'http://example.com'], {}],
    ['a function that is not there', 6, 'NOT_FOUND', ['no-such-function'], {}],
    ['something that is neither UUID nor name', 2, 'USAGE', ['../../x'], {}],
    ['a mistyped UUID', 2, 'USAGE', ['6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e5'], {}],
    ['C24: a second function', 2, 'USAGE', ['UUID', 'UUID'], {}],
    ['a query that cannot be read', 2, 'USAGE', ['UUID', '--query', 'a['], {}],
    ['a query with a function that is none', 2, 'USAGE', ['UUID', '--query', 'nope(@)'], {}],
    ['a duration that is none', 2, 'USAGE', ['UUID', '--deadline', '5 s'], {}],
    ['retries that are none', 2, 'USAGE', ['UUID', '--retries', '1.5'], {}],
    ['a form that is none', 2, 'USAGE', ['UUID', '--output', 'yaml'], {}],
    ['two ways to show a call', 2, 'USAGE', ['UUID', '--dry-run', '--curl'], {}],
    ['a flag of batches without one', 2, 'USAGE', ['UUID', '--concurrency', '3'], {}],
    ['a payload that is no JSON', 2, 'USAGE', ['UUID', '--data', '{'], {}],
    ['a payload file that is not there', 2, 'USAGE', ['UUID', '--data', '@/nonexistent/file'], {}],
    ['both UUID and event', 2, 'USAGE', ['UUID', '--event', 'x'], {}],
    ['neither UUID nor event', 2, 'USAGE', [], {}],
    ['a header without a value', 2, 'USAGE', ['UUID', '--header', 'x'], {}],
    ['an unknown flag', 2, 'USAGE', ['UUID', '--bogus'], {}],
    ['a timeout that is none', 2, 'USAGE', ['UUID', '--timeout', 'soon'], {}],
  ])('answers %s with exit code %i and %s', async (_what, code, errorCode, args, changed) => {
    const given = args.map((arg) => (arg === 'UUID' ? echo.uuid : arg));
    const run = await lpfn(['invoke', ...given], { env: { ...env, ...changed } });
    expect({ code: run.code, stdout: run.stdout }).toEqual({ code, stdout: '' });
    expect(run.stderr).not.toBe('');
    expect(run.stderr).not.toContain('    at ');
    const json = await lpfn(['invoke', ...given, '--json'], { env: { ...env, ...changed } });
    expect(json.code).toBe(code);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { code: errorCode } });
    expect(run.stderr + json.stdout + json.stderr).not.toContain('wrong-secret-0123456789');
  });

  it.each([
    ['429', 8, { status: 429, headers: { 'retry-after': '3600' } }, 'THROTTLED'],
    ['503', 8, { status: 503 }, 'PLATFORM_UNAVAILABLE'],
    ['403', 6, { status: 403 }, 'FORBIDDEN'],
    ['401 for ever', 4, { status: 401 }, 'UNAUTHORIZED'],
    ['a cut connection', 8, { reset: 'after-read' as const }, 'CONNECTION_LOST'],
    ['a hanging gateway', 9, { hang: true }, 'ATTEMPT_TIMEOUT'],
  ])('answers %s at the gateway with exit code %i', async (_what, code, fault, errorCode) => {
    emulator.faults.add({ service: 'gateway', ...fault });
    const { stdout, ...run } = await lpfn(['invoke', echo.uuid, '--json', '--timeout', '0.5'], { env });
    expect(run.code).toBe(code);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: errorCode } });
  });

  it('ends with 130 when it is interrupted', async () => {
    emulator.faults.add({ service: 'gateway', hang: true });
    const child = startLpfn(['invoke', echo.uuid], env);
    const said = text(child.stderr!);
    await emulator.requests.waitFor({ service: 'gateway' });
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(130);
    expect(await said).toContain(`lpfn: Invoking ${echo.uuid}: interrupted`);
    expect(await said).toContain('→ The function may have run, or be running still');
  });

  it('says that nothing has run when it is interrupted before', async () => {
    emulator.faults.add({ service: 'sentinel', hang: true });
    const child = startLpfn(['invoke', echo.uuid], env);
    const said = text(child.stderr!);
    await emulator.requests.waitFor({ service: 'sentinel' });
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([130, null]);
    expect(await said).toContain('interrupted');
    expect(await said).toContain('→ The function has not run');
  });

  it('a secret that is an ordinary word makes no riddle of the answer, and is not printed', async () => {
    const run = await lpfn(['invoke', echo.uuid], { env: { ...env, LPFN_CLIENT_SECRET: 'wrong' } });
    expect(run.code).toBe(4);
    expect(run.stderr).toContain('Sentinel answered HTTP 401 (invalid_client)\n');
    expect(run.stderr).toContain('Check client id and client secret');
    expect(run.stderr).not.toMatch(/wrong|\[secret\]/);
  });

  it('keeps the secret and the token out of everything it prints', async () => {
    emulator.faults.add({ service: 'sentinel', echo: true, status: 400 });
    const { code, stdout, stderr } = await lpfn(['invoke', echo.uuid, '--json'], { env });
    expect(code).toBe(4);
    expect(stdout + stderr).not.toContain(env['LPFN_CLIENT_SECRET']);
  });
});
