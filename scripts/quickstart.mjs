// The main job in one command, without an account: the platform on this machine, and lpfn as a user would call it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { childEnvironment, run } from './child-process.mjs';
import { ROOT } from './workspace.mjs';

const LPFN = join(ROOT, 'apps', 'cli', 'dist', 'main.js');
const FUNCTIONS = 'examples/functions';
const READY_WITHIN_MS = 30_000;

heading('Building lpfn and the packages it is made of');
const built = await run('turbo', ['run', 'build', '--filter=@lp-functions/cli', '--output-logs=errors-only']);
if (built.code !== 0) process.exit(1);

heading('The platform on this machine, with three sample functions');
show(['emulator', '--port', '0', '--functions', FUNCTIONS]);
const platform = spawn(process.execPath, [LPFN, 'emulator', '--port', '0', '--functions', FUNCTIONS, '--json'], {
  cwd: ROOT,
  env: childEnvironment(),
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = once(platform, 'exit');
let failed = false;
try {
  const { discoveryUrl, accountId, clientId, clientSecret, functions } = await readyLine();
  for (const { name, uuid, eventId } of functions) {
    console.log(`  ${uuid}  ${name}${eventId === null ? '' : `  (event ${eventId})`}`);
  }
  const env = {
    LPFN_DISCOVERY_URL: discoveryUrl,
    LPFN_ACCOUNT_ID: accountId,
    LPFN_CLIENT_ID: clientId,
    LPFN_CLIENT_SECRET: clientSecret,
  };
  const uuidOf = (wanted) => functions.find(({ name }) => name === wanted).uuid;

  heading('The settings that lpfn reads; the emulator prints them to copy');
  for (const [name, value] of Object.entries(env)) console.log(`$ export ${name}=${value}`);

  heading('Where are the services of the account?');
  await lpfn(['domains'], env, 0);
  heading('A token, by client credentials');
  await lpfn(['token'], env, 0);
  heading('Run one function, by its UUID');
  await lpfn(['invoke', uuidOf('echo'), '--data', '{"n":1}'], env, 0);
  heading('Run every function that listens to an event');
  await lpfn(['invoke', '--event', 'demo_event', '--data', '{"name":"Ada"}'], env, 0);
  heading('What it looks like when a function fails');
  await lpfn(['invoke', uuidOf('fails-on-purpose'), '--data', '{"orderId":42}'], env, 7);
} catch (error) {
  failed = true;
  console.error(`\nThe quickstart failed: ${error.message}`);
} finally {
  platform.kill('SIGTERM');
  const [code] = await ended;
  if (code !== 0) failed = true;
}
if (!failed) {
  heading('That was all of it');
  console.log('  Next: README.md shows the same in TypeScript. To keep a platform running:');
  console.log(`  $ alias lpfn="node $PWD/apps/cli/dist/main.js"`);
  console.log(`  $ lpfn emulator --functions ${FUNCTIONS}`);
}
process.exitCode = failed ? 1 : 0;

async function readyLine() {
  const lines = createInterface({ input: platform.stdout });
  const timeout = setTimeout(() => platform.kill('SIGKILL'), READY_WITHIN_MS);
  for await (const line of lines) {
    clearTimeout(timeout);
    return JSON.parse(line);
  }
  throw new Error('the emulator ended before it was ready');
}

async function lpfn(args, env, expectedCode) {
  show(args);
  const { code } = await run(process.execPath, [LPFN, ...args], { env, timeoutMs: READY_WITHIN_MS });
  if (code !== 0) console.log(`  (exit code ${code})`);
  if (code !== expectedCode) throw new Error(`lpfn ${args[0]} ended with ${code} instead of ${expectedCode}`);
}

function heading(text) {
  console.log(`\n# ${text}`);
}

function show(args) {
  const quoted = args.map((arg) => (/^[\w./:-]+$/.test(arg) ? arg : `'${arg}'`));
  console.log(`$ lpfn ${quoted.join(' ')}`);
}
