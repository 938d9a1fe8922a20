import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { systemClock } from '@lp-functions/http';
// @boundaries-ignore: what tests of several packages need stands once, at the root of the repository.
import { type Child, startChild } from '../../../../tools/child-process.ts';
// @boundaries-ignore: see above.
import { bundleChild, type ChildProgram } from '../../../../tools/child-program.ts';
import { createAttemptLedger } from '../../src/attempt-ledger.ts';
import { queueRig, type QueueRig, scriptedInvoker, UUID } from '../queue-under-test.ts';

const program = inject('redisServer');
const CLAIM_MS = 1_000;

describe.skipIf(program === undefined)('a worker that is lost while its call is under way', () => {
  let rig: QueueRig;
  let holding: ChildProgram;
  const children: Child[] = [];
  beforeAll(async () => {
    holding = await bundleChild(join(import.meta.dirname, '../holding-child.ts'));
    rig = await queueRig(program);
  });
  afterAll(async () => {
    for (const { process } of children) process.kill('SIGKILL');
    await Promise.all(children.map(({ ended }) => ended));
    await rig.close();
    await holding.remove();
  });

  async function held(name: string): Promise<Child> {
    const child = startChild(holding.file, { redisUrl: rig.server.url, name, claimMs: CLAIM_MS });
    children.push(child);
    await child.heard('called');
    return child;
  }

  test('by kill -9: the item becomes uncertain, and is not invoked again', async () => {
    const { queue, work, name } = rig.queue();
    const { id } = await queue.enqueue({ uuid: UUID, payload: 1 });
    const child = await held(name);
    const { state, sentAtMs = 0 } = (await queue.get(id))!;
    expect(state).toBe('active');
    expect(Date.now() - sentAtMs).toBeLessThan(60_000);
    child.process.kill('SIGKILL');
    const invoker = scriptedInvoker();
    work(invoker, { claimMs: CLAIM_MS });
    expect(await queue.outcome(id)).toMatchObject({
      state: 'uncertain',
      reason: { name: 'InvocationQueueError', code: 'WORKER_LOST', executed: 'maybe', retryable: false },
    });
    expect(invoker.calls).toEqual([]);
    expect(await queue.status()).toMatchObject({ uncertain: 1, active: 0 });
    // Somebody has found out that it did not run.
    await queue.deadLetters.retry(id);
    expect(await queue.outcome(id)).toMatchObject({ state: 'done' });
    expect(invoker.calls).toHaveLength(1);
    expect(await queue.status()).toMatchObject({ uncertain: 0, done: 1 });
  });

  test('by kill -9: an item that is marked idempotent is invoked again, under the same Idempotency-Key', async () => {
    const { queue, work, name } = rig.queue();
    const { id } = await queue.enqueue({ uuid: UUID, payload: 1, idempotent: true });
    (await held(name)).process.kill('SIGKILL');
    const invoker = scriptedInvoker();
    work(invoker, { claimMs: CLAIM_MS });
    expect(await queue.outcome(id)).toMatchObject({ state: 'done' });
    expect(invoker.calls[0]?.options.headers).toContainEqual({ key: 'Idempotency-Key', value: id });
  });

  test('by kill -9, again and again: an idempotent item is given up as uncertain', async () => {
    const { queue, work, name } = rig.queue();
    const { id } = await queue.enqueue({ uuid: UUID, payload: 1, idempotent: true });
    for (let times = 0; times < 2; times += 1) (await held(name)).process.kill('SIGKILL');
    // One attempt and the few that are allowed beyond: as if it had been lost that often.
    await rig.client.sendCommand(['HSET', `lpfn:${name}:${id}`, 'ats', '50']);
    const invoker = scriptedInvoker();
    work(invoker, { claimMs: CLAIM_MS, retry: { maxAttempts: 1 } });
    expect(await queue.outcome(id)).toMatchObject({ state: 'uncertain', reason: { code: 'WORKER_LOST' } });
    expect(invoker.calls).toEqual([]);
  });

  test('by SIGSTOP: the item becomes uncertain, and stays so when the worker comes back with an answer', async () => {
    const { queue, work, name } = rig.queue();
    const { id } = await queue.enqueue({ uuid: UUID, payload: 1 });
    const child = await held(name);
    child.process.kill('SIGSTOP');
    const invoker = scriptedInvoker();
    work(invoker, { claimMs: CLAIM_MS });
    const outcome = await queue.outcome(id);
    expect(outcome.state).toBe('uncertain');
    child.process.kill('SIGCONT');
    child.tell('answer');
    await child.heard('answered');
    await delay(200);
    expect(await queue.outcome(id)).toEqual(outcome);
    expect(await queue.status()).toMatchObject({ uncertain: 1, done: 0, failed: 0, active: 0, waiting: 0 });
    expect(invoker.calls).toEqual([]);
    // It works on.
    const next = await queue.enqueue({ uuid: UUID });
    expect(await queue.outcome(next.id)).toMatchObject({ state: 'done' });
  });
});

describe.skipIf(program === undefined)('what is written down before a request is sent', () => {
  let rig: QueueRig;
  beforeAll(async () => {
    rig = await queueRig(program);
  });
  afterAll(() => rig.close());

  const claim = { id: 'x', key: 'lpfn:q:x', token: 'mine' };
  const words = (...command: string[]) => rig.client.sendCommand(command);
  const ledger = (ended = new AbortController().signal, timeoutMs = 1_000) =>
    createAttemptLedger({ client: rig.client, clock: systemClock, ended, timeoutMs });

  async function claimed(): Promise<void> {
    await words('FLUSHALL');
    await words('SET', `${claim.key}:lock`, 'mine');
  }

  test('whoever took the item before and had not sent it leaves nothing behind', async () => {
    await claimed();
    expect(await ledger().begin(claim, false)).toMatchObject({ may: 'go' });
  });

  test('whoever took it before and had sent it is found out; an idempotent one may go all the same', async () => {
    await claimed();
    expect(await ledger().begin(claim, false)).toMatchObject({ may: 'go' });
    expect(await ledger().begin(claim, false)).toMatchObject({ may: 'sent' });
    expect(await ledger().begin(claim, true)).toMatchObject({ may: 'go' });
  });

  test('what did not run leaves no mark, but the reason', async () => {
    await claimed();
    await ledger().begin(claim, false);
    await ledger().withdraw(claim, 'because');
    expect(await words('HGETALL', claim.key)).toEqual({ 'lp:why': 'because' });
    expect(await ledger().begin(claim, false)).toMatchObject({ may: 'go' });
  });

  test('how often an item was throttled, and since when, is kept for its next attempt', async () => {
    await claimed();
    const before = Date.now();
    const first = await ledger().begin(claim, false);
    expect(first).toMatchObject({ may: 'go', throttled: { times: 0 } });
    if (first.may === 'go') expect(first.throttled.sinceMs).toBeGreaterThanOrEqual(before);
    await ledger().withdraw(claim, 'because', { times: 3, sinceMs: 1_700_000_000_000 });
    expect(await ledger().begin(claim, false)).toEqual({
      may: 'go',
      throttled: { times: 3, sinceMs: 1_700_000_000_000 },
    });
  });

  test('a hold grows while nothing but 429 comes back, is made longer by nobody who was under way, and is of one length for all', async () => {
    await claimed();
    const queue = { limiterKey: 'lpfn:q:limiter', holdKey: 'lpfn:q:lp:hold' };
    const hold = (more: object = {}) =>
      ledger().hold(queue, { toldMs: undefined, again: true, firstMs: 1_000, ...more });
    const over = () => words('HSET', queue.holdKey, 'until', '0');
    const grown: number[] = [];
    for (let times = 0; times < 8; times += 1) {
      grown.push(await hold({ again: times > 0 }));
      const meanwhile = await hold();
      expect(meanwhile).toBeLessThanOrEqual(grown.at(-1)!);
      expect(meanwhile).toBeGreaterThan(grown.at(-1)! - 900);
      await over();
    }
    expect(grown).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(await hold({ again: false })).toBe(1_000);
    // What the platform says counts, but does not make a longer hold shorter.
    expect(await hold({ toldMs: 90_000 })).toBe(90_000);
    expect(await hold({ toldMs: 5_000 })).toBeGreaterThan(80_000);
    expect(Number(await words('PTTL', queue.limiterKey))).toBeGreaterThan(80_000);
  });

  test('a claim that ran out sends nothing, withdraws nothing, parks nothing', async () => {
    await claimed();
    await ledger().begin(claim, false);
    const before = await words('HGETALL', claim.key);
    await words('SET', `${claim.key}:lock`, 'another’s');
    expect(await ledger().begin(claim, true)).toMatchObject({ may: 'lost' });
    await ledger().withdraw(claim, 'because');
    await ledger().park(claim, 'lpfn:q:uncertain');
    expect(await words('HGETALL', claim.key)).toEqual(before);
    expect(await words('EXISTS', 'lpfn:q:uncertain')).toBe(0);
  });

  test('an answer of Redis that is lost is asked for again, and the attempt does not take its own mark for another’s', async () => {
    await claimed();
    let lose = 2;
    const client = new Proxy(rig.client, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (property !== 'evalSha') return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        return async (...asked: Parameters<typeof target.evalSha>) => {
          const answer = await target.evalSha(...asked);
          if (lose-- > 0) throw new Error('Socket closed unexpectedly');
          return answer;
        };
      },
    });
    const forgetful = createAttemptLedger({
      client,
      clock: systemClock,
      ended: new AbortController().signal,
      timeoutMs: 1_000,
    });
    expect(await forgetful.begin(claim, false)).toMatchObject({ may: 'go' });
    expect(lose).toBe(-1);
  });

  test('waiting for a Redis that is away ends when the worker does', async () => {
    const ending = new AbortController();
    const away = {
      ...rig.client,
      isOpen: true,
      isReady: false,
      get: vi.fn(),
      eval: vi.fn(),
      evalSha: vi.fn(),
    } as never;
    const waiting = createAttemptLedger({ client: away, clock: systemClock, ended: ending.signal, timeoutMs: 10 });
    const begun = expect(waiting.begin(claim, false)).rejects.toThrow('closed');
    await delay(20);
    ending.abort(new Error('closed'));
    await begun;
  });
});
