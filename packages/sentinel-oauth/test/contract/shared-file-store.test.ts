import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFileTokenStore, type TokenStore, userTokenKey } from '../../src/index.ts';
import { bundleChild, type ChildProgram } from '../child-program.ts';
import { CLIENT_ID, CLIENT_SECRET, expectNothingLeaked, note } from '../identity-under-test.ts';
import { type EmulatorUnderTest, startSentinel } from '../user-login.ts';

const SOAK = process.env['LPFN_TEST_SOAK'] === '1';
const ROUNDS = SOAK ? 20 : 2;
const PROCESSES = 50;

let program: ChildProgram;
let folder: string;
const secrets: string[] = [];

beforeAll(async () => {
  program = await bundleChild('sharing-child.ts');
  folder = await mkdtemp(join(tmpdir(), 'lpfn-shared-'));
});
afterAll(async () => {
  await program.remove();
  await rm(folder, { recursive: true, force: true });
  expectNothingLeaked(secrets);
});

interface Child {
  readonly process: ChildProcess;
  readonly lines: Record<string, unknown>[];
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
  /** It waits for this before it begins, and some do so again later. */
  tell(): void;
}

function start(orders: object): Child {
  const child = spawn(process.execPath, [program.file, JSON.stringify({ leaseMs: 10_000, ...orders })], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lines: Record<string, unknown>[] = [];
  let isReady: () => void;
  const ready = new Promise<void>((resolve) => (isReady = resolve));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line) as Record<string, unknown>;
    if (said['ready'] === true) isReady();
    else {
      lines.push(said);
      note({ ...said, bearer: undefined });
    }
  });
  child.stdin.on('error', () => undefined);
  child.stderr.on('data', (data: Buffer) => {
    note(data.toString());
    lines.push({ stderr: data.toString() });
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return { process: child, lines, ready, ended, tell: () => child.stdin.write('go\n') };
}

interface Round {
  readonly emulator: EmulatorUnderTest;
  readonly store: TokenStore;
  readonly key: string;
  readonly path: string;
  /** Starts so many processes at once, all of which need the token. */
  share(count: number): Promise<Child[]>;
}

let rounds = 0;

/** A user whose access token has expired, kept in a file store. */
async function round(refreshGraceSeconds: number, work: (round: Round) => Promise<void>): Promise<void> {
  const emulator = await startSentinel({ refreshGraceSeconds });
  const children: Child[] = [];
  try {
    const path = join(folder, String((rounds += 1)));
    const store = createFileTokenStore({ path });
    const { accountId, discoveryUrl: url } = emulator;
    const key = userTokenKey({ sentinelOrigin: url, accountId, clientId: CLIENT_ID, subject: 'user' });
    const { accessToken, refreshToken } = emulator.users.issueTokens(emulator.users.default.loginName);
    secrets.push(accessToken, refreshToken);
    await store.set(key, { accessToken, refreshToken, obtainedAtMs: Date.now() - 60_000, expiresAtMs: Date.now() - 1 });
    await work({
      emulator,
      store,
      key,
      path,
      async share(count) {
        const orders = { mode: 'token', path, url, accountId, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };
        const started = Array.from({ length: count }, () => start(orders));
        children.push(...started);
        await Promise.all(started.map(({ ready }) => ready));
        for (const child of started) child.tell();
        return started;
      },
    });
  } finally {
    for (const child of children) child.process.kill('SIGKILL');
    await Promise.all(children.map(({ ended }) => ended));
    await emulator.close();
  }
}

const refreshes = (emulator: EmulatorUnderTest): number => emulator.requests.count({ operation: 'token' });

describe('50 processes share one file store, the token has expired, and all need it at once', () => {
  test('one refresh request, 50 successes', { timeout: 30_000 }, async () => {
    await round(0, async ({ emulator, share }) => {
      const children = await share(PROCESSES);
      await Promise.all(children.map(({ ended }) => ended));
      const said = children.flatMap(({ lines }) => lines).filter(isOutcome);
      const bearers = said.map(({ bearer }) => bearer);
      expect(bearers).toHaveLength(PROCESSES);
      expect(new Set(bearers).size).toBe(1);
      expect(bearers[0]).toMatch(/^Bearer \w+$/);
      expect(refreshes(emulator)).toBe(1);
      secrets.push(String(bearers[0]).slice('Bearer '.length));
    });
  });

  describe.each([
    ['before the server answers', 30, false],
    ['before the server answers', 0, false],
    ['before the tokens that came are on disk', 30, false],
    ['before the tokens that came are on disk', 0, true],
  ] as const)('and the one that refreshes is killed by SIGKILL %s (grace period %i s)', (when, grace, loggedOut) => {
    const verdict = loggedOut ? 'one login-required, no loop' : 'nobody is logged out';
    const numbers = Array.from({ length: ROUNDS }, (_, index) => index + 1);
    test.each(numbers)(`${verdict}: round %i`, { timeout: 60_000 }, async () => {
      await round(grace, async ({ emulator, store, key, share }) => {
        const isEarly = when === 'before the server answers';
        const spent = (await store.get(key))!.refreshToken!;
        emulator.faults.add({
          operation: 'token',
          times: 1,
          ...(isEarly ? { hang: true } : { headers: { 'x-victim': 'you' } }),
        });
        const children = await share(PROCESSES);
        const victim = await theOneThatSays(children, isEarly ? 'asked' : 'saving');
        const first = await emulator.requests.waitFor({ operation: 'token' });
        victim.process.kill('SIGKILL');
        await Promise.all(children.map(({ ended }) => ended));

        // Rotated, or not touched: what the emulator has recorded is what the others meet.
        expect(first.status).toBe(isEarly ? undefined : 200);
        expect(victim.lines.filter(isOutcome)).toEqual([]);
        const said = children.flatMap(({ lines }) => lines).filter(isOutcome);
        expect(said).toHaveLength(PROCESSES - 1);
        const sent = emulator.requests.list({ operation: 'token' });
        // The one that took over had nothing but the token of the one that was killed.
        expect(sent.map(({ body }) => new URLSearchParams(body).get('refresh_token'))).toEqual([spent, spent]);
        const events = said.flatMap((line) => (line['events'] as string[] | undefined) ?? ['no events']);
        const count = (type: string): number => events.filter((event) => event === type).length;
        const left = await store.get(key);
        if (loggedOut) {
          expect(new Set(said.map(({ code }) => code))).toEqual(new Set(['LOGIN_REQUIRED']));
          expect([count('login-required'), count('refresh-token-rejected')]).toEqual([1, 1]);
          expect(left).toMatchObject({ loginRequired: true });
          expect(left).not.toHaveProperty('refreshToken');
        } else {
          const bearers = new Set(said.map(({ bearer }) => bearer));
          expect(bearers).toEqual(new Set([`Bearer ${left!.accessToken}`]));
          expect([count('login-required'), count('refresh-token-rejected')]).toEqual([0, 0]);
          expect(left!.refreshToken).not.toBe(spent);
          secrets.push(left!.accessToken, left!.refreshToken!);
        }
      });
    });
  });
});

const isOutcome = (line: Record<string, unknown>): boolean => 'bearer' in line || 'code' in line || 'stderr' in line;

/** Which of them it is is for the lock to say. */
async function theOneThatSays(children: readonly Child[], word: string): Promise<Child> {
  const who = (): readonly Child[] => children.filter(({ lines }) => lines.some((line) => line[word] === true));
  await expect.poll(() => who().length, { timeout: 30_000, interval: 2 }).toBe(1);
  return who()[0]!;
}

test(
  'kill -9 at random points during 200 writes: the file always parses, and holds the old or the new tokens',
  { timeout: 120_000 },
  async () => {
    const path = join(folder, 'killed');
    let last = 0;
    let written = 0;
    for (let kills = 0; written < 200; kills += 1) {
      const child = start({ mode: 'write', path });
      await child.ready;
      child.tell();
      const goal = 5 + ((kills * 7) % 20);
      while (child.lines.length < goal) await new Promise((resolve) => setTimeout(resolve, 1));
      child.process.kill('SIGKILL');
      await child.ended;
      const confirmed = child.lines.filter((line) => line['written'] !== undefined).length;
      const { accessToken, obtainedAtMs } = (await createFileTokenStore({ path }).get('key'))!;
      expect(child.lines.filter((line) => line['stderr'] !== undefined)).toEqual([]);
      expect(accessToken).toBe(`${String(obtainedAtMs)}:${'x'.repeat(20_000)}`);
      // The one that was confirmed last, or the one that was under way.
      expect([confirmed, confirmed + 1]).toContain(obtainedAtMs);
      written += confirmed;
      last = obtainedAtMs;
    }
    expect(last).toBeGreaterThan(0);
    expect((await readdir(path)).filter((name) => name.includes('corrupted'))).toEqual([]);
  },
);

test(
  'an owner that is paused by SIGSTOP past its lease is not waited for, learns so, and its late write changes nothing',
  { timeout: 30_000 },
  async () => {
    const path = join(folder, 'paused');
    const child = start({ mode: 'pause', path, leaseMs: 1_000 });
    await child.ready;
    child.tell();
    await expect.poll(() => child.lines, { timeout: 10_000 }).toEqual([{ holding: '1' }]);
    child.process.kill('SIGSTOP');
    const store = createFileTokenStore({ path, leaseMs: 1_000 });
    const mine = { accessToken: 'mine', obtainedAtMs: 1, expiresAtMs: 2 };
    // In its own time, although the owner gives nothing back.
    await store.withLock('key', async ({ fence }) => {
      expect(fence).toBe(2n);
      await store.set('key', mine, { fence });
    });
    child.process.kill('SIGCONT');
    child.tell();
    await child.ended;
    expect(child.lines).toEqual([{ holding: '1' }, { written: 'LOCK_LOST', lost: 'LOCK_LOST' }]);
    expect(await store.get('key')).toEqual(mine);
    // What it gave back when it ended was not ours.
    await store.withLock('key', ({ fence }) => Promise.resolve(expect(fence).toBe(3n)));
  },
);
