import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../src/index.ts';
import { callerOf } from '../platform-caller.ts';

const MACHINE = { client_name: 'machine', grant_types: ['client_credentials'], scope: 'faas.lambda.invoke' };
const WEB = { client_name: 'web', grant_types: ['authorization_code'], redirect_uris: ['http://localhost:9/back'] };
let folder: string;
let emulator: Emulator | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lpfn-test-apps-'));
});
afterEach(async () => {
  await emulator?.close();
  emulator = undefined;
  rmSync(folder, { recursive: true, force: true });
});
const write = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const start = async (options: EmulatorOptions): Promise<Emulator> => {
  await emulator?.close();
  return (emulator = await startEmulator(options));
};
const namesOf = ({ apps }: Pick<Emulator, 'apps'>): readonly string[] =>
  apps.list().map(({ installation }) => installation.client_name);

test('a file holds one app, or several, with or without credentials', async () => {
  const one = await start({ appsPath: write('one.json', { ...MACHINE, client_id: 'id', client_secret: 'secret' }) });
  expect(namesOf(one)).toEqual(['emulator-default', 'machine']);
  expect(await callerOf(one).token({ clientId: 'id', clientSecret: 'secret' })).toMatch(/^eyJ/);
  expect(one.apps.find('id')?.installation).toEqual(MACHINE);
  const many = await start({ appsPath: write('many.json', [MACHINE, WEB]) });
  expect(namesOf(many)).toEqual(['emulator-default', 'machine', 'web']);
  expect(many.apps.list()[1]?.clientSecret).toMatch(/^[a-z0-9]{26}$/);
});

test('a folder holds files; what is no JSON file is not looked at', async () => {
  write('b.json', WEB);
  write('a.json', MACHINE);
  write('.hidden.json', 'x');
  write('notes.txt', 'x');
  expect(namesOf(await start({ appsPath: folder }))).toEqual(['emulator-default', 'machine', 'web']);
});

test('each account has apps of its own', async () => {
  const { accounts } = await start({
    accounts: [{ accountId: '2', appsPath: write('two.json', WEB) }],
    appsPath: write('one.json', MACHINE),
  });
  expect([namesOf(accounts.get('12345678')), namesOf(accounts.get('2'))]).toEqual([
    ['emulator-default', 'machine'],
    ['emulator-default', 'web'],
  ]);
});

test('with a data folder an app keeps its generated credentials when its file is read again, changed or not', async () => {
  const dataDirectory = join(folder, 'data');
  const appsPath = write('apps.json', [MACHINE]);
  const credentials = async (): Promise<unknown> => {
    const app = (await start({ appsPath, dataDirectory })).apps.list()[1];
    return [app?.clientId, app?.clientSecret, app?.installation.description];
  };
  const [clientId, clientSecret] = (await credentials()) as [string, string];
  expect(await credentials()).toEqual([clientId, clientSecret, undefined]);
  write('apps.json', [{ ...MACHINE, description: 'changed' }]);
  expect(await credentials()).toEqual([clientId, clientSecret, 'changed']);
  write('apps.json', [{ ...MACHINE, client_id: 'moved' }]);
  expect(await credentials()).toEqual(['moved', clientSecret, undefined]);
  expect(emulator?.apps.list()).toHaveLength(2);
});

test.each<[unknown, string]>([
  ['{', 'apps.json: It is not JSON.'],
  ['"text"', 'App Installation JSON'],
  [{ ...MACHINE, client_name: '' }, 'apps.json: "client_name" is required.'],
  [{ ...MACHINE, colour: 'red' }, 'apps.json: "colour" is not a field'],
  [{ ...WEB, redirect_uris: [] }, 'apps.json: "redirect_uris"'],
  [[MACHINE, { ...MACHINE, scope: 7 }], 'apps.json: "scope" must be a string.'],
  [{ ...MACHINE, client_id: 7 }, 'apps.json: "client_id" must be a string'],
])('the file %j is refused naming file and field', async (content, message) => {
  const failure = start({ appsPath: write('apps.json', content) });
  await expect(failure).rejects.toMatchObject({
    code: 'INVALID_APP_INSTALLATION',
    message: expect.stringContaining(message) as string,
  });
});

test('a name twice, the default app’s name, and a path that is not there are refused', async () => {
  await expect(start({ appsPath: write('twice.json', [MACHINE, MACHINE]) })).rejects.toMatchObject({
    code: 'DUPLICATE',
    message: expect.stringContaining('"client_name"') as string,
  });
  await expect(
    start({ appsPath: write('default.json', { ...MACHINE, client_name: 'emulator-default' }) }),
  ).rejects.toMatchObject({ code: 'DUPLICATE' });
  await expect(start({ appsPath: join(folder, 'nowhere') })).rejects.toMatchObject({
    code: 'INVALID_OPTION',
    message: expect.stringContaining('"appsPath"') as string,
  });
  mkdirSync(join(folder, 'empty'));
  expect(namesOf(await start({ appsPath: join(folder, 'empty') }))).toEqual(['emulator-default']);
});
