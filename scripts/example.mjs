// The example server and the platform that it needs, in one command and without an account. Ctrl+C ends both.
//
//   --port N   where the example server is to be found; default 3000
//   --built    takes what was built before
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { childEnvironment, run } from './child-process.mjs';
import { ROOT } from './workspace.mjs';

const { values: options } = parseArgs({
  options: { port: { type: 'string', default: '3000' }, built: { type: 'boolean' } },
});
const READY_WITHIN_MS = 30_000;
const PUBLIC_URL = `http://localhost:${options.port}`;

if (!options.built) {
  console.log('Building the example server and the packages it is made of ...');
  const filter = '--filter=@lp-functions/example-server...';
  const { code } = await run('turbo', ['run', 'build', filter, '--output-logs=errors-only']);
  if (code !== 0) process.exit(1);
}

const { startEmulator } = await import(pathToFileURL(join(ROOT, 'packages', 'emulator', 'dist', 'index.js')).href);
const emulator = await startEmulator({
  functions: join(ROOT, 'examples', 'functions'),
  redirectUris: [`${PUBLIC_URL}/callback`],
});
const user = emulator.users.add({ loginName: 'ada', password: randomBytes(6).toString('base64url') });
const folder = await mkdtemp(join(tmpdir(), 'lp-functions-example-'));
const server = spawn(process.execPath, [join(ROOT, 'apps', 'example-server', 'dist', 'main.js')], {
  env: childEnvironment({
    LPFN_DISCOVERY_URL: emulator.discoveryUrl,
    LPFN_ACCOUNT_ID: emulator.accountId,
    LPFN_CLIENT_ID: emulator.apps.default.clientId,
    LPFN_CLIENT_SECRET: emulator.apps.default.clientSecret,
    EXAMPLE_PUBLIC_URL: PUBLIC_URL,
    EXAMPLE_PORT: options.port,
    EXAMPLE_SESSION_SECRETS: randomBytes(32).toString('hex'),
    EXAMPLE_DATA_DIRECTORY: folder,
    EXAMPLE_SERVER_FUNCTIONS: emulator.functions
      .list()
      .filter(({ eventId }) => eventId === undefined)
      .map(({ name, uuid }) => `${name}=${uuid}`)
      .join(','),
    EXAMPLE_LOG_LEVEL: 'warn',
  }),
  // In a group of its own: Ctrl+C goes to this script, which ends one after the other.
  detached: true,
  stdio: ['ignore', 'inherit', 'inherit'],
});
const ended = once(server, 'exit');
const interrupt = () => server.kill('SIGTERM');
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, interrupt);

try {
  if (await answers(`${PUBLIC_URL}/ready`)) {
    console.log(`
The example server runs on ${PUBLIC_URL}

  user name  ${user.loginName}
  password   ${user.password}

LivePerson is played by the emulator on ${emulator.discoveryUrl}. Nothing leaves this machine. Ctrl+C ends both.`);
  }
  const [code, signal] = await ended;
  process.exitCode = code ?? (signal === 'SIGTERM' ? 0 : 1);
} finally {
  await emulator.close();
  await rm(folder, { recursive: true, force: true });
}

/** Waits until the server takes requests. False if it ended instead. */
async function answers(url) {
  for (const started = performance.now(); server.exitCode === null;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return true;
    if (performance.now() - started > READY_WITHIN_MS) {
      console.error(`The example server did not answer within ${READY_WITHIN_MS / 1000} s.`);
      server.kill('SIGKILL');
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}
