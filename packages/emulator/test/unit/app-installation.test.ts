import { expect, test } from 'vitest';
import { adviseOnAppInstallation } from '../../src/app-advice.ts';
import { parseAppWithCredentials } from '../../src/app-files.ts';
import { findAppInstallationProblems, parseAppInstallation } from '../../src/app-installation.ts';

test('the templates of the documentation are accepted, as objects and as text', () => {
  const machine = {
    client_name: 'm2m',
    grant_types: ['client_credentials'],
    response_types: ['token'],
    scope: 'faas.lambda.invoke',
  };
  expect(parseAppInstallation(machine)).toEqual(machine);
  const user = {
    client_name: 'user#en-US',
    display_name: 'User',
    description: 'text',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    scope: 'faas.lambda.invoke',
    redirect_uris: ['http://localhost:3000/callback'],
    logo_uri: 'https://example.com/logo.png',
    capabilities: { webhooks: {} },
    quick_launch_enabled: false,
    entry_uri: 'https://example.com',
    enabled: true,
  };
  expect(parseAppInstallation(JSON.stringify(user))).toEqual(user);
});

test.each<[unknown, string]>([
  ['{', 'not JSON'],
  [null, 'must be an object'],
  [[], 'must be an object'],
  [{}, '"client_name" is required'],
  [{ client_name: '' }, '"client_name" is required'],
  [{ client_name: 7 }, '"client_name" must be a string'],
  [{ client_name: 'x'.repeat(129) }, '"client_name" must have at most 128'],
  [{ client_name: 'a', description: 'x'.repeat(257) }, '"description" must have at most 256'],
  [{ client_name: 'a', grant_types: 'client_credentials' }, '"grant_types" must be an array'],
  [{ client_name: 'a', grant_types: ['password'] }, '"grant_types" contains "password"'],
  [{ client_name: 'a', grant_types: ['authorization_code'] }, '"redirect_uris" must name'],
  [{ client_name: 'a', response_types: ['cookie'] }, '"response_types" contains "cookie"'],
  [{ client_name: 'a', redirect_uris: ['/callback'] }, '"redirect_uris" contains "/callback"'],
  [
    { client_name: 'a', redirect_uris: [`http://localhost/${'x'.repeat(128)}`] },
    '"redirect_uris" contains a URI of more',
  ],
  [{ client_name: 'a', scope: ['x'] }, '"scope" must be a string'],
  [{ client_name: 'a', enabled: 'yes' }, '"enabled" must be true or false'],
  [{ client_name: 'a', capabilities: [] }, '"capabilities" must be an object'],
  [{ client_name: 'a', redirect_uri: 'http://localhost' }, '"redirect_uri" is not a field'],
])('%j is refused: %s', (json, message) => {
  expect(() => parseAppInstallation(json)).toThrow(message);
  expect(() => parseAppInstallation(json)).toThrow(expect.objectContaining({ code: 'INVALID_APP_INSTALLATION' }));
});

test('everything that is wrong is found, each with its path', () => {
  const wrong = {
    client_name: 'x'.repeat(129),
    grant_types: ['authorization_code', 'password', 'magic'],
    redirect_uris: ['http://localhost:8787/callback', '/callback'],
    constructor: 1,
    enabled: 'yes',
  };
  expect(findAppInstallationProblems(wrong).map(({ path }) => path)).toEqual([
    'client_name',
    'grant_types[1]',
    'grant_types[2]',
    'redirect_uris[1]',
    'constructor',
    'enabled',
  ]);
  expect(findAppInstallationProblems({ grant_types: ['authorization_code'] }).map(({ path }) => path)).toEqual([
    'client_name',
    'redirect_uris',
  ]);
  expect(findAppInstallationProblems('text')).toEqual([
    { path: '', message: 'App Installation JSON must be an object' },
  ]);
  expect(findAppInstallationProblems({ client_name: 'a' })).toEqual([]);
});

test('a refusal names everything that is wrong, credentials beside it included', () => {
  const wrong = {
    client_id: 7,
    client_name: 7,
    response_types: 1,
    redirect_uris: ['/callback'],
    colour: 'red',
    client_secret: '',
  };
  const { client_id: _id, client_secret: _secret, ...installation } = wrong;
  const lines = [
    '"client_name" must be a string.',
    '"response_types" must be an array of strings.',
    '"redirect_uris" contains "/callback", which is not an absolute URI.',
    '"colour" is not a field of App Installation JSON.',
  ];
  expect(() => parseAppInstallation(installation)).toThrow(
    expect.objectContaining({ code: 'INVALID_APP_INSTALLATION', message: lines.join('\n') }),
  );
  const all = [
    ...lines,
    '"client_id" must be a string that is not empty.',
    '"client_secret" must be a string that is not empty.',
  ];
  expect(() => parseAppWithCredentials(wrong)).toThrow(
    expect.objectContaining({ code: 'INVALID_APP_INSTALLATION', message: all.join('\n') }),
  );
});

test('what the schema does not forbid, but no app can work with, is advised on', () => {
  const adviceOn = (value: unknown): readonly string[] =>
    adviseOnAppInstallation(value).map(({ path, message }) => `${path}: ${message}`);
  const whole = {
    client_name: 'a',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: ['http://localhost:3000/callback', 'http://127.0.0.1/', 'http://[::1]:9/', 'com.example.app:/back'],
    scope: 'msg.consumer faas.lambda.invoke',
  };
  expect(adviceOn(whole)).toEqual([]);
  expect(adviceOn({ client_name: 'x' })).toEqual([
    'grant_types: without client_credentials or authorization_code the app gets no token',
    'scope: without faas.lambda.invoke the app may invoke no function',
  ]);
  const uris = [
    'javascript:alert(1)',
    'data:text/html,x',
    'https://app.example/#x',
    'https://*.example/',
    'http://app.example/',
    'http://localhost.example/',
  ];
  expect(adviceOn({ ...whole, grant_types: ['authorization_code'], response_types: [], redirect_uris: uris })).toEqual([
    'grant_types: without refresh_token a login ends with its first access token, after about 8 hours',
    'response_types: a login needs the response type code',
    'redirect_uris[0]: no browser goes to a javascript: address after a login',
    'redirect_uris[1]: no browser goes to a data: address after a login',
    expect.stringContaining('redirect_uris[2]: a redirect URI has no fragment'),
    'redirect_uris[3]: there are no wildcards: a login has to name it to the letter',
    'redirect_uris[4]: plain http beyond this machine lets others read the code: use https',
    'redirect_uris[5]: plain http beyond this machine lets others read the code: use https',
  ]);
  for (const value of [undefined, null, 'text', 7]) expect(adviceOn(value)).toEqual([]);
});
