import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFileTokenStore, type TokenStore } from '../../src/index.ts';
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
  go(): void;
}

function start(orders: object): Child {
  const child = spawn(process.execPath, [program.file, JSON.stringify(orders)], { stdio: ['pipe', 'pipe', 'pipe'] });
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
  return { process: child, lines, ready, ended, go: () => child.stdin.end('go\n') };
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
    const key = JSON.stringify([url, accountId, CLIENT_ID, 'user', 'user']);
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
        for (const child of started) child.go();
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
      const bearers = children.map(({ lines }) => lines[0]?.['bearer']);
      expect(children.flatMap(({ lines }) => lines).filter(({ bearer }) => bearer === undefined)).toEqual([]);
      expect(new Set(bearers).size).toBe(1);
      expect(refreshes(emulator)).toBe(1);
      secrets.push(String(bearers[0]).slice('Bearer '.length));
    });
  });

  describe.each([
    { grace: 30, what: 'with a grace period nobody is logged out' },
    { grace: 0, what: 'without one there is exactly one login-required, and no loop' },
  ])('and the one that refreshes is killed by SIGKILL in the middle: $what', ({ grace }) => {
    test.each(Array.from({ length: ROUNDS }, (_, index) => index + 1))('round %i', { timeout: 30_000 }, async () => {
      await round(grace, async ({ emulator, store, key, share }) => {
        // The first one spends the refresh token, and its answer never comes.
        emulator.faults.add({ operation: 'token', hang: true, times: 1 });
        const [victim] = await share(1);
        await emulator.requests.waitFor({ operation: 'token' });
        // A hanging request is not processed by the emulator, so the rotation is done in its place.
        const spent = (await store.get(key))!.refreshToken!;
        await spend(emulator, spent);
        const others = share(PROCESSES - 1);
        await new Promise((resolve) => setTimeout(resolve, 50));
        victim!.process.kill('SIGKILL');
        const children = await others;
        await Promise.all(children.map(({ ended }) => ended));
        const said = children.flatMap(({ lines }) => lines);
        expect(said).toHaveLength(PROCESSES - 1);
        const events = said.flatMap((line) => (line['events'] as string[] | undefined) ?? ['no events']);
        const count = (type: string): number => events.filter((event) => event === type).length;
        // The victim's, the one in its place, and one more.
        expect(refreshes(emulator)).toBe(3);
        if (grace > 0) {
          expect(said.filter(({ bearer }) => bearer === undefined)).toEqual([]);
          expect(count('login-required')).toBe(0);
        } else {
          expect(new Set(said.map(({ code }) => code))).toEqual(new Set(['LOGIN_REQUIRED']));
          expect([count('login-required'), count('refresh-token-rejected')]).toEqual([1, 1]);
        }
      });
    });
  });
});

async function spend(emulator: EmulatorUnderTest, refreshToken: string): Promise<void> {
  const response = await fetch(`${emulator.discoveryUrl}/sentinel/api/account/${emulator.accountId}/token?v=2.0`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
    }),
  });
  expect(response.status).toBe(200);
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
      child.go();
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
  'an owner that is paused by SIGSTOP past its lease is not waited for, and its late write changes nothing',
  { timeout: 30_000 },
  async () => {
    const path = join(folder, 'paused');
    const child = start({ mode: 'write', path });
    await child.ready;
    child.go();
    while (child.lines.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    child.process.kill('SIGSTOP');
    const store = createFileTokenStore({ path, leaseMs: 500 });
    await store.withLock('key', ({ fence }) =>
      store.set('key', { accessToken: 'mine', obtainedAtMs: 1, expiresAtMs: 2 }, { fence }),
    );
    expect((await store.get('key'))?.accessToken).toBe('mine');
    child.process.kill('SIGCONT');
    await new Promise((resolve) => setTimeout(resolve, 100));
    child.process.kill('SIGKILL');
    await child.ended;
    // It either lost what it was doing, or took a new lease, and so wrote something newer than ours.
    expect((await store.get('key'))?.accessToken).toMatch(/^(mine|\d+:x+)$/);
  },
);
