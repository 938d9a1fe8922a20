import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { isInvocationQueueError } from '@lp-functions/errors';
import { startEmulator } from '@lp-functions/emulator';
// @boundaries-ignore: what tests of several packages need stands once, at the root of the repository.
import { type Child, startChild } from '../../../../tools/child-process.ts';
// @boundaries-ignore: see above.
import { bundleChild, type ChildProgram } from '../../../../tools/child-program.ts';
import type { InvocationQueue, ItemState, NewItem } from '../../src/index.ts';
import { queueRig, type QueueRig } from '../queue-under-test.ts';

const program = inject('redisServer');
const SOAK = process.env['LPFN_TEST_SOAK'] === '1';
const ITEMS = SOAK ? 50_000 : 2_000;
/** Slow enough in an ordinary run for a few disasters to happen. */
const PER_SECOND = SOAK ? undefined : 130;
const WORKERS = 4;
const KILL_EVERY_MS = 5_000;
const CLAIM_MS = 2_000;
const SECRET = randomBytes(32).toString('base64');
const IDEMPOTENT_EVERY = 4;

const isIdempotent = (n: number): boolean => n % IDEMPOTENT_EVERY === 0;

describe.skipIf(program === undefined)(
  `${ITEMS} items, ${WORKERS} workers, one of them killed with -9 every ${KILL_EVERY_MS / 1_000} s, Redis restarted, a gateway that fails at random`,
  () => {
    let child: ChildProgram;
    let rig: QueueRig;
    let emulator: Awaited<ReturnType<typeof startEmulator>>;
    let folder: string;
    const workers: Child[] = [];

    beforeAll(async () => {
      child = await bundleChild(join(import.meta.dirname, '../worker-child.ts'));
      rig = await queueRig(program, { appendOnly: true });
      folder = await mkdtemp(join(tmpdir(), 'lpfn-runs-'));
      emulator = await startEmulator({ journalSize: ITEMS * 8, journalBodyCharacters: 400, instancesPerFunction: 8 });
    });
    afterAll(async () => {
      for (const { process } of workers) process.kill('SIGKILL');
      await Promise.all(workers.map(({ ended }) => ended));
      await rig.close();
      await emulator.close();
      await child.remove();
      await rm(folder, { recursive: true, force: true });
    });

    test(
      'every item ends in exactly one of done, failed, uncertain; none runs twice unless it is idempotent',
      { timeout: 1_200_000 },
      async () => {
        const runs = join(folder, 'runs');
        await writeFile(runs, '');
        // The function is its own witness: it writes down, in one go, that it ran.
        const { uuid } = emulator.functions.add({
          name: 'witness',
          code: `const { appendFileSync } = require('node:fs');
          async function lambda(input) { appendFileSync(${JSON.stringify(runs)}, input.payload.n + '\\n'); return { n: input.payload.n }; }`,
        });
        failAtRandom();
        const { queue, name } = rig.queue({ encryptionKeys: [{ id: 'k1', secret: SECRET }], streamLength: 1_000 });
        await queue.setLimits({ perSecond: PER_SECOND });
        const orders = {
          ...{ redisUrl: rig.server.url, name, secret: SECRET, claimMs: CLAIM_MS, concurrency: 8 },
          ...{ discoveryUrl: emulator.discoveryUrl, accountId: emulator.accountId, ...emulator.apps.default },
        };
        const employ = (): Child => {
          const worker = startChild(child.file, orders);
          workers.push(worker);
          return worker;
        };
        const employed = Array.from({ length: WORKERS }, employ);

        const over = new AbortController();
        const killed = disasters(employed, employ, over.signal);
        const watching = watch(queue, over.signal);
        const ids = await enqueueAll(queue, uuid);
        await drained(queue);
        over.abort();
        const kills = await killed;
        await watching;

        const ends = await endsOf(queue, ids);
        const ran = await ranByWitness(runs);
        const journal = ranByJournal();
        // Everybody tells the same: the function, the emulator's counter, and its journal.
        const total = [...ran.values()].reduce((sum, times) => sum + times, 0);
        expect(emulator.functions.get('witness')?.invocations).toBe(total);
        expect(journal).toEqual(ran);

        const counts = { done: 0, failed: 0, uncertain: 0 };
        const wrong: unknown[] = [];
        for (const [n, { state, executed }] of ends.entries()) {
          const times = ran.get(n) ?? 0;
          counts[state] += 1;
          const twice = times > 1 && !isIdempotent(n);
          const claimed = state === 'done' ? times === 0 : executed === 'no' ? times > 0 && !isIdempotent(n) : false;
          if (twice || claimed) wrong.push({ n, state, executed, times });
        }
        expect(wrong).toEqual([]);
        expect(counts.done + counts.failed + counts.uncertain).toBe(ITEMS);
        const { done, failed, uncertain, waiting, active, delayed } = await queue.status();
        expect({ done, failed, uncertain, waiting, active, delayed }).toEqual({
          ...counts,
          waiting: 0,
          active: 0,
          delayed: 0,
        });
        // The disasters were real.
        expect(kills).toBeGreaterThanOrEqual(2);
        expect(counts.uncertain).toBeGreaterThan(0);
        expect(counts.failed).toBeGreaterThan(0);
        expect(counts.done).toBeGreaterThan(ITEMS * 0.8);
        for (const worker of employed) worker.tell('end');
        await Promise.all(employed.map((worker) => worker.heard('ended')));
        process.stdout.write(
          `${JSON.stringify({ items: ITEMS, ...counts, runs: total, kills, tokenRequests: emulator.requests.count({ operation: 'appToken' }) })}\n`,
        );
      },
    );

    function failAtRandom(): void {
      const fault = (seed: number, probability: number, what: object): void => {
        emulator.faults.add({ operation: 'invokeByUuid', probability, seed, ...what });
      };
      fault(1, 0.02, { status: 503 });
      fault(2, 0.02, { status: 429, retryAfter: 0 });
      fault(3, 0.01, { reset: 'after-run' });
      fault(4, 0.01, { reset: 'after-read' });
      fault(5, 0.01, { status: 500, runs: true });
      fault(6, 0.01, { status: 400 });
      fault(7, 0.01, { halfBody: true });
      fault(8, 0.1, { delayMs: 100 });
    }

    /** Kills a worker again and again, puts another one in its place, and once restarts Redis. */
    async function disasters(employed: Child[], employ: () => Child, over: AbortSignal): Promise<number> {
      let kills = 0;
      while (!over.aborted) {
        await delay(KILL_EVERY_MS, undefined, { signal: over }).catch(() => undefined);
        if (over.aborted) break;
        const at = kills % WORKERS;
        employed[at]?.process.kill('SIGKILL');
        kills += 1;
        employed[at] = employ();
        if (kills === 1) {
          await rig.server.kill();
          await delay(300);
          await rig.server.start();
        }
      }
      return kills;
    }

    /** Whoever enqueues lives through the same disasters: with a key, trying again adds nothing twice. */
    async function enqueueAll(queue: InvocationQueue, uuid: string): Promise<Map<string, number>> {
      const ids = new Map<string, number>();
      const itemOf = (n: number): NewItem => ({
        uuid,
        payload: { n },
        key: `item ${n}`,
        ...(isIdempotent(n) ? { idempotent: true } : {}),
      });
      async function insist(n: number): Promise<void> {
        for (;;) {
          try {
            ids.set((await queue.enqueue(itemOf(n))).id, n);
            return;
          } catch (error) {
            if (!isInvocationQueueError(error) || error.code !== 'QUEUE_UNAVAILABLE') throw error;
            await delay(100);
          }
        }
      }
      for (let n = 0; n < ITEMS; n += 100) {
        await Promise.all(Array.from({ length: Math.min(100, ITEMS - n) }, (_, at) => insist(n + at)));
        if (!SOAK) await delay(200);
      }
      return ids;
    }

    async function drained(queue: InvocationQueue): Promise<void> {
      for (;;) {
        try {
          await queue.whenDrained({ everyMs: 200 });
          return;
        } catch (error) {
          if (!isInvocationQueueError(error) || error.code !== 'QUEUE_UNAVAILABLE') throw error;
          // It is told at once: without a pause, nothing else of this process would ever have its turn.
          await delay(100);
        }
      }
    }

    /** A soak takes minutes: whoever waits sees how far it is. */
    async function watch(queue: InvocationQueue, over: AbortSignal): Promise<void> {
      while (SOAK && !over.aborted) {
        await delay(30_000, undefined, { signal: over }).catch(() => undefined);
        const status = await queue.status().catch(() => ({ redis: 'away' }));
        process.stdout.write(`${JSON.stringify(status)}\n`);
      }
    }

    interface End {
      readonly state: Extract<ItemState, 'done' | 'failed' | 'uncertain'>;
      readonly executed: string | undefined;
    }

    async function endsOf(queue: InvocationQueue, ids: ReadonlyMap<string, number>): Promise<Map<number, End>> {
      const ends = new Map<number, End>();
      const entries = [...ids];
      for (let from = 0; from < entries.length; from += 200) {
        await Promise.all(
          entries.slice(from, from + 200).map(async ([id, n]) => {
            const item = await queue.get(id);
            const { outcome } = item!;
            expect(item!.payload).toEqual({ n });
            if (outcome?.state === 'done') expect(outcome.answer).toMatchObject({ result: { n } });
            ends.set(n, { state: outcome!.state, executed: outcome!.reason?.executed });
          }),
        );
      }
      return ends;
    }

    async function ranByWitness(file: string): Promise<Map<number, number>> {
      return tally((await readFile(file, 'utf8')).split('\n').filter(Boolean).map(Number));
    }

    function ranByJournal(): Map<number, number> {
      expect(emulator.requests.dropped).toBe(0);
      const ran = emulator.requests
        .list({ operation: 'invokeByUuid' })
        .flatMap((request) => request.ran.map(() => request.body));
      return tally(ran.map((body) => (JSON.parse(body) as { payload: { n: number } }).payload.n));
    }

    /** Sorted, so that two of them can be compared. */
    function tally(numbers: readonly number[]): Map<number, number> {
      const counts = new Map<number, number>();
      for (const n of [...numbers].sort((a, b) => a - b)) counts.set(n, (counts.get(n) ?? 0) + 1);
      return counts;
    }
  },
);
