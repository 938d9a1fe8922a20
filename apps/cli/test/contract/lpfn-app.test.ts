import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lpfn, type Run } from '../lpfn-process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lpfn-app-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function check(value: unknown, ...flags: string[]): Promise<Run> {
  const file = join(folder, 'app.json');
  await writeFile(file, typeof value === 'string' ? value : JSON.stringify(value));
  return lpfn(['app', 'check', file, ...flags]);
}

const GOOD = {
  client_name: 'mine',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  redirect_uris: ['https://app.example/callback'],
  scope: 'faas.lambda.invoke',
};

describe('lpfn app template', () => {
  it.each([[[]], [['--grant', 'authorization_code']]])(
    '%j is what the platform takes, and its own check is content',
    async (flags) => {
      const { code, stdout, stderr } = await lpfn(['app', 'template', ...flags]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const emulator = await startEmulator();
      expect(emulator.apps.install(JSON.parse(stdout))).toMatchObject({ clientId: expect.any(String) });
      await emulator.close();
      expect(await lpfn(['app', 'check', '-'], { input: stdout })).toEqual({
        code: 0,
        stdout: '-: good to be sent to LivePerson.\n',
        stderr: '',
      });
    },
  );

  it("has the fields of LivePerson's own templates", async () => {
    expect(JSON.parse((await lpfn(['app', 'template'])).stdout)).toEqual({
      client_name: 'lpfn-machine-to-machine',
      grant_types: ['client_credentials'],
      response_types: ['token'],
      scope: 'faas.lambda.invoke',
    });
    const flags = [
      '--name',
      'tool',
      '--display-name',
      'Tool',
      '--description',
      'For us',
      '--redirect-uri',
      'http://localhost:1/a',
      '--redirect-uri',
      'http://localhost:2/b',
      '--logo-uri',
      'https://x.example/l.png',
    ];
    const { stdout } = await lpfn(['app', 'template', '--grant', 'authorization_code', ...flags, '--json']);
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      requestId: null,
      result: {
        client_name: 'tool',
        display_name: 'Tool',
        description: 'For us',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: ['http://localhost:1/a', 'http://localhost:2/b'],
        scope: 'faas.lambda.invoke',
        logo_uri: 'https://x.example/l.png',
      },
    });
  });

  it.each([
    [['--grant', 'password'], 'Allowed choices are client_credentials, authorization_code'],
    [['--redirect-uri', 'http://localhost/'], '--redirect-uri is for apps that users log in to'],
    [
      ['--grant', 'authorization_code', '--redirect-uri', '/callback'],
      'redirect_uris[0]: "redirect_uris" contains "/callback"',
    ],
    [['--name', 'x'.repeat(129)], 'client_name: "client_name" must have at most 128 characters'],
  ])('%j is a mistake: exit code 2', async (flags, message) => {
    const run = await lpfn(['app', 'template', ...flags]);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain(message);
  });

  it('advises on stderr, so that stdout stays what can be sent', async () => {
    const { code, stdout, stderr } = await lpfn(['app', 'template', '--scope', 'msg.consumer']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty('scope', 'msg.consumer');
    expect(stderr).toBe('advice: scope: without faas.lambda.invoke the app may invoke no function\n');
  });
});

describe('lpfn app check', () => {
  it('names every problem with its path and what LivePerson expects: exit code 3', async () => {
    const run = await check({
      client_name: 7,
      client_id: 'abc',
      grant_types: ['authorization_code', 'password'],
      redirect_uris: ['/callback'],
      scopes: 'faas.lambda.invoke',
    });
    expect(run).toMatchObject({ code: 3, stdout: '' });
    for (const line of [
      'LivePerson would not take it, for 5 reasons',
      '  client_name: "client_name" must be a string',
      '  client_id: "client_id" is not a field of App Installation JSON: LivePerson assigns it when the app is installed',
      '  grant_types[1]: "grant_types" contains "password"; known are client_credentials, authorization_code, refresh_token, implicit',
      '  redirect_uris[0]: "redirect_uris" contains "/callback", which is not an absolute URI',
      '  scopes: "scopes" is not a field of App Installation JSON',
    ]) {
      expect(run.stderr).toContain(line);
    }
  });

  it('tells scripts the same', async () => {
    const { code, stdout } = await check({ ...GOOD, enabled: 'yes', scope: 'x' }, '--json');
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: {
        code: 'APP_REFUSED',
        problems: [{ path: 'enabled', message: '"enabled" must be true or false' }],
        advice: [{ path: 'scope', message: expect.stringContaining('faas.lambda.invoke') }],
      },
    });
  });

  it.each<[string, object, string]>([
    [
      'no grant that brings a token',
      { grant_types: ['refresh_token'] },
      'grant_types: without client_credentials or authorization_code',
    ],
    ['no grants at all', { grant_types: undefined }, 'grant_types: without client_credentials or authorization_code'],
    ['a login that cannot be renewed', { grant_types: ['authorization_code'] }, 'grant_types: without refresh_token'],
    ['a login without code', { response_types: ['token'] }, 'response_types: a login needs the response type code'],
    ['no scope', { scope: undefined }, 'scope: without faas.lambda.invoke'],
    ['plain http beyond this machine', { redirect_uris: ['http://app.example/'] }, 'redirect_uris[0]: plain http'],
    [
      'a fragment',
      { redirect_uris: ['https://a.example/', 'https://a.example/#b'] },
      'redirect_uris[1]: a redirect URI has no fragment',
    ],
    ['a wildcard', { redirect_uris: ['https://*.example/'] }, 'redirect_uris[0]: there are no wildcards'],
  ])('advises on %s, which LivePerson takes: exit code 0', async (_what, changes, advice) => {
    const run = await check({ ...GOOD, ...changes });
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('LivePerson takes it. Read the advice first.');
    expect(run.stderr).toContain(`advice: ${advice}`);
  });

  it('is content with what is good', async () => {
    expect(await check(GOOD)).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('good to be sent'),
    });
    expect(JSON.parse((await check(GOOD, '--json')).stdout)).toEqual({
      ok: true,
      requestId: null,
      result: { file: join(folder, 'app.json'), clientName: 'mine', problems: [], advice: [] },
    });
  });

  it.each([
    ['what is not JSON', '{ "client_name": }', 3, 'the document: it is not JSON'],
    ['what is no object', '[]', 3, 'the document: App Installation JSON must be an object'],
    ['a byte order mark is no mistake', `\uFEFF${JSON.stringify(GOOD)}`, 0, ''],
  ])('%s', async (_what, content, code, message) => {
    const run = await check(content);
    expect(run.code).toBe(code);
    expect(run.stderr).toContain(message);
  });

  it('a file that is not there is a mistake in the command: exit code 2', async () => {
    const run = await lpfn(['app', 'check', join(folder, 'nowhere.json')]);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('nowhere.json');
  });
});
