import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { completeLogin, type LoginSetup, startLogin, startLoginSetup } from '../login-driver.ts';
import { lpfn } from '../lpfn-process.ts';

// Every class of failure of login, logout, whoami, token, app and doctor, as somebody reads it who did not write it: what happened, why
// probably, what to do. A change of wording is a change here.

let setup: LoginSetup;
let config: string;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  setup = await startLoginSetup();
});
beforeEach(async () => {
  setup.emulator.reset();
  config = await mkdtemp(join(tmpdir(), 'lpfn-aloud-'));
  env = { ...setup.env, LPFN_CONFIG_DIR: config };
  return () => rm(config, { recursive: true, force: true });
});
afterAll(() => setup.emulator.close());

/** Without what differs from run to run, and from one Node to another. */
function plain(text: string): string {
  return text
    .replaceAll(config, 'CONFIG')
    .replaceAll(setup.env['LPFN_CLIENT_ID']!, 'CLIENT')
    .replaceAll(String(setup.port), 'PORT')
    .replaceAll(String(setup.emulator.port), '4000')
    .replaceAll(/requestId=\S+/g, 'requestId=ID')
    .replaceAll(/(in JSON at position \d+) \(line \d+ column \d+\)/g, '$1')
    .trim();
}

async function said(args: readonly string[], changes: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, stderr } = await lpfn(args, { env: { ...env, ...changes } });
  return `exit code ${String(code)}\n${plain(stderr)}`;
}

async function loginSaid(args: readonly string[], answer: (url: string) => Promise<void>): Promise<string> {
  const run = startLogin(['--redirect-uri', setup.redirectUri, ...args], env);
  await answer(await run.url);
  const { code, stderr } = await run.end;
  // From the address on, which is different every time.
  return `exit code ${String(code)}\n${plain(stderr.slice(stderr.indexOf('lpfn: ')))}`;
}

async function logIn(): Promise<void> {
  const run = startLogin(['--redirect-uri', setup.redirectUri], env);
  await completeLogin(setup, run);
  await run.end;
}

const login = (): readonly string[] => ['login', '--redirect-uri', setup.redirectUri];

it('login: nothing is set', async () => {
  expect(await said(['login'], { LPFN_ACCOUNT_ID: '' })).toMatchInlineSnapshot(`
    "exit code 3
    lpfn: The account id is not set
      → Set LPFN_ACCOUNT_ID, --account, or keep it in a profile ("lpfn profile add"). To try without an account, run "lpfn emulator" in another terminal."
  `);
  expect(await said(['login'], { LPFN_CLIENT_SECRET: '' })).toMatchInlineSnapshot(`
    "exit code 3
    lpfn: The client secret is not set
      → Set LPFN_CLIENT_SECRET, or keep it in a profile ("lpfn profile add"). To try without an account, run "lpfn emulator" in another terminal."
  `);
});

it('login: a redirect URI that cannot work, and one that is not registered', async () => {
  expect(await said(['login', '--redirect-uri', 'callback'])).toMatchInlineSnapshot(`
    "exit code 3
    lpfn: the redirect URI "callback" cannot work
      → It has to be an absolute http or https URI without "#", written exactly as it is registered: http://localhost:8787/callback"
  `);
  expect(await said(['login', '--redirect-uri', 'http://localhost:1/other'])).toMatchInlineSnapshot(`
    "exit code 3
    lpfn: Sentinel refuses the login (HTTP 400): most probably http://localhost:1/other is not registered for this app
      → Name one that is registered with --redirect-uri, exactly as it is written there, or have this one added to redirect_uris of the app installation.
      → It is set by --redirect-uri, or the profile.
      code=INVALID_OPTION executed=no retryable=false"
  `);
});

it('login: an app that is unknown, and one that is not for logins', async () => {
  expect(await said(login(), { LPFN_CLIENT_ID: 'nobody' })).toMatchInlineSnapshot(`
    "exit code 4
    lpfn: Sentinel knows no app nobody on account 12345678 (HTTP 401)
      → Check client id and account id; the app has to be installed on this account.
      code=GRANT_REFUSED executed=no retryable=false"
  `);
  const machine = { client_name: 'machine', grant_types: ['client_credentials'], redirect_uris: [setup.redirectUri] };
  const { clientId, clientSecret } = setup.emulator.apps.install(machine, { clientId: 'machine' });
  expect(await said(login(), { LPFN_CLIENT_ID: clientId, LPFN_CLIENT_SECRET: clientSecret })).toMatchInlineSnapshot(`
    "exit code 4
    lpfn: Sentinel refuses the login for app machine: unauthorized_client: The app was not installed with authorization_code.
      → The app installation has to allow logins: grant_types with authorization_code, response_types with code. "lpfn app template --grant authorization_code" shows one.
      code=LOGIN_REFUSED executed=no retryable=false"
  `);
});

it('login: the port is in use', async () => {
  const busy = createServer();
  await once(busy.listen(setup.port, '127.0.0.1'), 'listening');
  const text = await said(login());
  busy.close();
  expect(text).toMatchInlineSnapshot(`
    "exit code 3
    lpfn: port PORT of the redirect URI is in use by another program on 127.0.0.1
      → Another login may be waiting. End that program, or name another registered redirect URI with --redirect-uri, or use --paste, which needs no port."
  `);
});

it('login: nobody comes back, and nothing is pasted', async () => {
  expect(await loginSaid(['--timeout', '0.2'], () => Promise.resolve())).toMatchInlineSnapshot(`
    "exit code 9
    lpfn: nobody came back from the login within 0.2 s
      → The window was closed, perhaps, or the browser runs on another machine: then use --paste. Run "lpfn login" again; --timeout gives it more time."
  `);
  const run = await lpfn([...login(), '--paste'], { env, input: '' });
  expect(plain(run.stderr.slice(run.stderr.indexOf('lpfn: ')))).toMatchInlineSnapshot(`
    "lpfn: standard input has ended, and no answer to the login was in it
      → Open the address in a browser, log in, and give lpfn the address that the browser ends up at: on a terminal, or on standard input with --paste."
  `);
});

it('login: denied, and a code that is refused', async () => {
  expect(
    await loginSaid([], async (url) => {
      const state = new URL(url).searchParams.get('state')!;
      const denial = new URLSearchParams({ error: 'access_denied', error_description: 'Not today.', state });
      await fetch(`${setup.redirectUri}?${denial.toString()}`);
    }),
  ).toMatchInlineSnapshot(`
    "exit code 4
    lpfn: Reading the answer to the login for account 12345678: Sentinel ended the login: access_denied: Not today.
      → The user or an administrator said no.
      code=LOGIN_REFUSED executed=no retryable=false"
  `);
  setup.emulator.faults.add({ operation: 'token', status: 400, body: { error: 'invalid_grant' } });
  expect(
    await loginSaid([], async (url) => {
      await fetch(setup.emulator.signIn(url));
    }),
  ).toMatchInlineSnapshot(`
    "exit code 4
    lpfn: Completing the login for account 12345678: Sentinel answered HTTP 400 (invalid_grant)
      → The code or refresh token is used up, expired or revoked: log in again.
      code=GRANT_REFUSED executed=no retryable=false attempts=1"
  `);
});

it('login: Sentinel is out of order, or something answers in its place', async () => {
  setup.emulator.faults.add({ operation: 'token', status: 503 });
  expect(
    await loginSaid([], async (url) => {
      await fetch(setup.emulator.signIn(url));
    }),
  ).toMatchInlineSnapshot(`
    "exit code 4
    lpfn: Completing the login for account 12345678: Sentinel answered HTTP 503 (temporarily_unavailable: Scripted answer 503.)
      → It is out of order for the moment: try again later.
      code=SENTINEL_UNAVAILABLE executed=no retryable=true attempts=1"
  `);
  setup.emulator.reset();
  setup.emulator.faults.add({ operation: 'token', body: '<html></html>' });
  expect(
    await loginSaid([], async (url) => {
      await fetch(setup.emulator.signIn(url));
    }),
  ).toMatchInlineSnapshot(`
    "exit code 4
    lpfn: Completing the login for account 12345678: Sentinel answered HTTP 200, which is not a token answer
      → A proxy may be answering in place of Sentinel: "lpfn doctor" shows what came back.
      code=SENTINEL_UNREADABLE executed=no retryable=false attempts=1"
  `);
});

it('login: a folder for tokens that others can read', async () => {
  const store = join(config, 'open');
  await mkdir(store);
  await chmod(store, 0o755);
  expect(
    await loginSaid(['--store', store], async (url) => {
      await fetch(setup.emulator.signIn(url));
    }),
  ).toMatchInlineSnapshot(`
    "exit code 3
    lpfn: tokens are not kept at CONFIG/open: it has mode 755: others can get at it
      → Folder 0700 and files 0600, both yours and no symlinks; or choose another path.
      code=STORE_UNSAFE executed=no retryable=false"
  `);
});

it('login: a profile of another account', async () => {
  const profiles = { current: 'default', profiles: { default: { accountId: '99', clientId: 'other' } } };
  await writeFile(join(config, 'profiles.json'), JSON.stringify(profiles), { mode: 0o600 });
  await chmod(config, 0o700);
  expect(await said(login())).toMatchInlineSnapshot(`
    "exit code 3
    lpfn: profile default is for account 99, app other, and this login would be for account 12345678, app CLIENT
      → Name another profile with --profile ("lpfn profile add NAME" makes one), or take back the flags or variables that say otherwise."
  `);
});

it('login: interrupted', async () => {
  const run = startLogin(['--redirect-uri', setup.redirectUri], env);
  await run.url;
  run.child.kill('SIGINT');
  const { code, stderr } = await run.end;
  expect(`exit code ${String(code)}\n${plain(stderr.slice(stderr.indexOf('lpfn: ')))}`).toMatchInlineSnapshot(`
    "exit code 130
    lpfn: interrupted"
  `);
});

it('the hosts cannot be found', async () => {
  expect(await said(['token'], { LPFN_DISCOVERY_URL: 'http://127.0.0.1:1' })).toMatchInlineSnapshot(`
    "exit code 5
    lpfn: Finding the hosts: no connection to 127.0.0.1:1 (ECONNREFUSED), after 4 attempts
      → Check whether a firewall or proxy stands between, and whether the host is up.
      code=UNREACHABLE executed=no retryable=true attempts=4"
  `);
  expect(await said(['token'], { LPFN_DISCOVERY_URL: 'http://api.example.com' })).toMatchInlineSnapshot(`
    "exit code 3
    lpfn: the discovery URL uses plain http: beyond this machine
      → Use https. Beyond this machine, plain http would show the secret to others.
      → It is set by --discovery-url or LPFN_DISCOVERY_URL.
      code=INSECURE_HTTP executed=no retryable=false"
  `);
  expect(await said(['token'], { LPFN_ACCOUNT_ID: '999' })).toMatchInlineSnapshot(`
    "exit code 5
    lpfn: the Domain API at http://127.0.0.1:4000 knows no account 999
      → Check the account id (also called site id or brand id), and the discovery URL.
      code=ACCOUNT_NOT_FOUND executed=no retryable=false"
  `);
  setup.emulator.faults.add({ service: 'discovery', body: '<html></html>' });
  expect(await said(['token'])).toMatchInlineSnapshot(`
    "exit code 5
    lpfn: the Domain API at http://127.0.0.1:4000 answered something that is no list of services
      → Check the discovery URL; a proxy may be answering in its place: "lpfn doctor" shows what came back.
      code=DISCOVERY_UNREADABLE executed=no retryable=false attempts=1"
  `);
});

it('token: a wrong secret, another grant, flags that do not go together', async () => {
  expect(await said(['token'], { LPFN_CLIENT_SECRET: 'wrong-secret-text' })).toMatchInlineSnapshot(`
    "exit code 4
    lpfn: Asking Sentinel for a token for account 12345678: Sentinel answered HTTP 401 (invalid_client: Client id or client secret is wrong.)
      → Check client id and client secret, and that the app is installed on this account.
      code=GRANT_REFUSED executed=no retryable=false attempts=1"
  `);
  setup.emulator.faults.add({ operation: 'appToken', status: 400, body: { error: 'unauthorized_client' } });
  expect(await said(['token'])).toMatchInlineSnapshot(`
    "exit code 4
    lpfn: Asking Sentinel for a token for account 12345678: Sentinel answered HTTP 400 (unauthorized_client)
      → The app installation does not allow this grant: have client_credentials added to its grant_types, in the Management Console (Application Install) or, where an account has no such page, by LivePerson.
      code=GRANT_REFUSED executed=no retryable=false attempts=1"
  `);
  expect(await said(['token', '--show', '--verify'])).toMatchInlineSnapshot(`
    "exit code 2
    lpfn: --show prints the token alone: it does not go with --decode and --verify"
  `);
});

it('token: nothing to decode, and nothing to verify with', async () => {
  setup.emulator.faults.add({ operation: 'appToken', body: { access_token: 'opaque-text', expires_in: 60 } });
  expect(await said(['token', '--decode', '--no-cache'])).toMatchInlineSnapshot(`
    "exit code 4
    lpfn: there is nothing to decode: the access token is opaque, and no ID token came with it
      → LivePerson's access tokens for users say nothing by themselves. "lpfn token" shows how long this one lives."
  `);
  setup.emulator.reset();
  await lpfn(['token'], { env });
  await setup.emulator.tokens.rotateKeys({ keepPrevious: false });
  expect(await said(['token', '--verify'])).toMatchInlineSnapshot(`
    "exit code 4
    lpfn: Sentinel has no key for the signature of this token (account 12345678)
      → Keys may have been exchanged a moment ago: ask for a new token with --no-cache. If that one cannot be verified either, it proves nothing.
      code=KEY_UNAVAILABLE executed=no retryable=true"
  `);
});

it('a user: nobody is logged in, or not any more', async () => {
  expect(await said(['logout'])).toMatchInlineSnapshot(`
    "exit code 4
    lpfn: nobody is logged in with profile default
      → "lpfn login" logs a user in; "lpfn profile list" shows the profiles, --profile NAME takes another."
  `);
  expect(await said(['token', '--auth', 'user'])).toMatchInlineSnapshot(`
    "exit code 4
    lpfn: nobody is logged in with profile default
      → "lpfn login" logs a user in; "lpfn profile list" shows the profiles, --profile NAME takes another."
  `);
  await logIn();
  for (const name of await readdir(join(config, 'tokens'))) await rm(join(config, 'tokens', name));
  expect(await said(['token'])).toMatchInlineSnapshot(`
    "exit code 4
    lpfn: the user has to log in to account 12345678 again: there is no refresh token
      → Log in again: "lpfn login".
      code=LOGIN_REQUIRED executed=no retryable=false"
  `);
});

it('logout: Sentinel did not hear of it', async () => {
  await logIn();
  expect(await said(['logout'], { LPFN_DISCOVERY_URL: 'http://127.0.0.1:1' })).toMatchInlineSnapshot(`
    "exit code 4
    lpfn: the tokens of user 1000000001 are removed from this machine, but Sentinel did not revoke them: Finding the hosts: no connection to 127.0.0.1:1 (ECONNREFUSED), after 4 attempts
      → Check whether a firewall or proxy stands between, and whether the host is up. Until they end by themselves they would still work for whoever has a copy. Logging out in the browser, where account 12345678 is open, ends them too."
  `);
});

it('app: a document that LivePerson would not take', async () => {
  const file = join(config, 'app.json');
  await writeFile(file, '{ "client_name": "a", "grant_types": ["password"] }');
  expect(await said(['app', 'check', file])).toMatchInlineSnapshot(`
    "exit code 3
    advice: grant_types: without client_credentials or authorization_code the app gets no token
    advice: scope: without faas.lambda.invoke the app may invoke no function
    lpfn: CONFIG/app.json: LivePerson would not take it, for 1 reason
      grant_types[0]: "grant_types" contains "password"; known are client_credentials, authorization_code, refresh_token, implicit
      → "lpfn app template" writes one that works."
  `);
  expect(await said(['app', 'check', join(config, 'nowhere')])).toMatchInlineSnapshot(`
    "exit code 2
    lpfn: CONFIG/nowhere cannot be read: there is no such file or folder (ENOENT)"
  `);
  await writeFile(file, '{ client_name: "a" }');
  expect(await said(['app', 'check', file])).toMatchInlineSnapshot(`
    "exit code 3
    lpfn: CONFIG/app.json: LivePerson would not take it, for 1 reason
      the document: it is not JSON: Expected property name or '}' in JSON at position 2
      → "lpfn app template" writes one that works."
  `);
});

it('doctor: the first stage to mend', async () => {
  expect(await said(['doctor'], { LPFN_CLIENT_SECRET: 'wrong-secret-text' })).toMatchInlineSnapshot(`
    "exit code 4
    lpfn: the first stage to mend is token: Asking Sentinel for a token for account 12345678: Sentinel answered HTTP 401 (invalid_client: Client id or client secret is wrong.); but its login page knows client id CLIENT on account 12345678
      → So the client secret is wrong: compare LPFN_CLIENT_SECRET, or what the profile keeps, with what LivePerson sent you."
  `);
  expect(await said(['doctor', '--function', 'nowhere'])).toMatchInlineSnapshot(`
    "exit code 6
    lpfn: the first stage to mend is function: the account has no such function
      → Check UUID or name and the account; names are case sensitive."
  `);
  expect(await said(['doctor', '--invoke'])).toMatchInlineSnapshot(`
    "exit code 2
    lpfn: --invoke runs the function that --function names
      → Add --function UUID."
  `);
});
