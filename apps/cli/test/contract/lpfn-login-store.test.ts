import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { completeLogin, type LoginSetup, startLogin, startLoginSetup } from '../login-driver.ts';
import { lpfn } from '../lpfn-process.ts';

const LIFETIME_MINUTES = 60;
/** Past the point where tokens are renewed in the background, before they are waited for. */
const STEP_MINUTES = 25;
const LIFETIMES = process.env['LPFN_TEST_SOAK'] === '1' ? 100 : 10;
const STEPS = Math.ceil((LIFETIMES * LIFETIME_MINUTES) / STEP_MINUTES);

interface Outcome {
  readonly ok?: boolean;
  readonly code?: string;
  readonly event?: string;
  readonly advanced?: boolean;
}

let setup: LoginSetup;
let folder: string;
beforeAll(async () => {
  // A refresh token that is used twice is refused at once.
  setup = await startLoginSetup({ userTokenLifetimeSeconds: LIFETIME_MINUTES * 60, refreshGraceSeconds: 0 });
  folder = await mkdtemp(join(tmpdir(), 'lpfn-store-'));
});
afterAll(async () => {
  await setup.emulator.close();
  await rm(folder, { recursive: true, force: true });
});

it(`one login with --store, and a service lives ${String(LIFETIMES)} token lifetimes on it; logout ends it`, async () => {
  const { emulator, redirectUri } = setup;
  const env: Readonly<Record<string, string>> = { ...setup.env, LPFN_CONFIG_DIR: join(folder, 'config') };
  const store = join(folder, 'tokens');
  const run = startLogin(['--redirect-uri', redirectUri, '--store', store, '--json'], env);
  await completeLogin(setup, run);
  const { result } = JSON.parse((await run.end).stdout) as { result: { subject: string; store: string } };
  expect(result.store).toBe(store);
  const { uuid } = emulator.functions.add({ name: 'work', code: 'async function lambda() { return 1; }' });
  emulator.requests.clear();

  const service = fork(
    join(import.meta.dirname, '..', 'service-child.mjs'),
    [emulator.discoveryUrl, emulator.accountId, env['LPFN_CLIENT_ID']!, result.subject, store, uuid],
    { execArgv: [], env: { PATH: process.env['PATH'], SERVICE_CLIENT_SECRET: env['LPFN_CLIENT_SECRET'] } },
  );
  onTestFinished(() => void service.kill('SIGKILL'));
  const outcomes: Outcome[] = [];
  service.on('message', (outcome) => outcomes.push(outcome as Outcome));
  const count = (fits: (outcome: Outcome) => boolean): number => outcomes.filter(fits).length;
  const renewals = (): number => emulator.requests.count({ operation: 'token', status: 200 });
  const until = async (what: () => boolean): Promise<void> => {
    await expect.poll(what, { timeout: 15_000, interval: 10 }).toBe(true);
  };

  await until(() => count(({ ok }) => ok === true) > 0);
  for (let step = 1; step <= STEPS; step += 1) {
    emulator.clock.advance(STEP_MINUTES * 60_000);
    service.send({ advanceMs: STEP_MINUTES * 60_000 });
    await until(() => count(({ advanced }) => advanced === true) === step);
    // The first token said how long it lives; those that follow are taken for 30 min.
    await until(() => renewals() >= step - 1);
    const calls = count(({ ok }) => ok !== undefined);
    await until(() => count(({ ok }) => ok !== undefined) > calls + 1);
  }
  expect(outcomes.filter(({ ok }) => ok === false)).toEqual([]);
  expect(count(({ event }) => event === 'login-required')).toBe(0);
  const spent = emulator.requests
    .list({ operation: 'token' })
    .map(({ body }) => new URLSearchParams(body).get('refresh_token'));
  expect(new Set(spent).size).toBe(spent.length);
  expect(renewals()).toBeGreaterThanOrEqual(STEPS - 1);

  // Logging out at the command line ends the service's session, too.
  expect(await lpfn(['logout'], { env })).toMatchObject({ code: 0 });
  emulator.clock.advance(STEP_MINUTES * 60_000);
  service.send({ advanceMs: STEP_MINUTES * 60_000 });
  await until(() => outcomes.at(-1)?.code !== undefined);
  await until(() => count(({ code }) => code === 'LOGIN_REQUIRED') > 0);
  service.send({ end: true });
  await once(service, 'exit');
}, 120_000);
