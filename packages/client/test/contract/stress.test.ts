import process from 'node:process';
import type { ServerResponse } from 'node:http';
import { createTestClock } from '@lp-functions/http/testing';
import { expect, test } from 'vitest';
import { type FaaSError, isFaaSError } from '../../src/index.ts';
import { GENERATIONS, optionsFor } from '../emulated-platform.ts';
import { type RawRequest, startRawPlatform } from '../raw-platform.ts';
import { watchedClient } from '../watched-client.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
/** On each generation: 5,000 together, or 100,000. */
const CALLS = process.env['LPFN_TEST_SOAK'] === '1' ? 50_000 : 2_500;
const AT_ONCE = 100;
/** Of an attempt. A machine that is busy with other suites must not make timeouts of answers: at 250 ms most of them were. */
const ATTEMPT_MS = 2_000;
/** Two cores, shared with other suites. */
const STORM_TIMEOUT_MS = process.env['LPFN_TEST_SOAK'] === '1' ? 900_000 : 120_000;

/** What calls wait for together. */
const SHARED_WORK: ReadonlySet<string> = new Set(['clientCredentials', 'discover']);

/** A gateway's ways to end a request. `runs` says whether the function has run by then. */
interface Behaviour {
  readonly name: string;
  readonly runs: boolean;
  readonly act: (response: ServerResponse, request: RawRequest) => void;
}

const body = (request: RawRequest): string =>
  request.url.includes('/events/') ? `[{"uuid":"${UUID}","result":1}]` : '1';
const refuse =
  (status: number, headers: Record<string, string> = {}): Behaviour['act'] =>
  (response) =>
    response.writeHead(status, headers).end();

const BEHAVIOURS: readonly Behaviour[] = [
  { name: 'answers', runs: true, act: (response, request) => response.end(body(request)) },
  {
    name: 'answers late',
    runs: true,
    act: (response, request) => void setTimeout(() => response.end(body(request)), 20),
  },
  { name: 'answers and closes', runs: true, act: (response, request) => response.writeHead(200, { connection: 'close' }).end(body(request)) }, // prettier-ignore
  { name: 'resets', runs: false, act: (_response, { socket }) => socket.resetAndDestroy() },
  { name: 'resets after running', runs: true, act: (_response, { socket }) => socket.resetAndDestroy() },
  { name: 'closes without a word', runs: true, act: (_response, { socket }) => socket.destroy() },
  { name: 'half a body', runs: true, act: (response) => { response.writeHead(200, { 'content-length': '100' }); response.write('{"n":', () => response.destroy()); } }, // prettier-ignore
  { name: 'half a head', runs: true, act: (_response, { socket }) => void socket.end('HTTP/1.1 200 O') },
  { name: 'no HTTP', runs: true, act: (_response, { socket }) => void socket.end('hello\r\n\r\n') },
  { name: 'hangs', runs: true, act: () => {} },
  { name: 'hangs in the body', runs: true, act: (response) => { response.writeHead(200, { 'content-length': '9' }); response.write('['); } }, // prettier-ignore
  { name: 'broken JSON', runs: true, act: (response) => response.end('{"n":') },
  { name: '400', runs: false, act: refuse(400) },
  { name: '401', runs: false, act: refuse(401) },
  { name: '403', runs: false, act: refuse(403) },
  { name: '404', runs: false, act: refuse(404) },
  { name: '413 and closes', runs: false, act: refuse(413, { connection: 'close' }) },
  { name: '429', runs: false, act: refuse(429) },
  { name: '429 with Retry-After', runs: false, act: refuse(429, { 'retry-after': '1' }) },
  { name: '500', runs: false, act: refuse(500) },
  { name: '500 after running', runs: true, act: refuse(500) },
  { name: '503', runs: false, act: refuse(503) },
  { name: '504 after running', runs: true, act: refuse(504) },
  { name: '901', runs: true, act: refuse(901) },
  { name: 'a redirect', runs: true, act: refuse(302, { location: 'https://evil.example/' }) },
];

/** Mulberry32: the same storm with every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test.each(GENERATIONS)(
  `J19: ${String(CALLS)} invocations through a storm, on %s`,
  async (generation) => {
    const random = seeded(generation === 'v1' ? 1 : 2);
    const runs = new Map<string, number>();
    const sent = new Map<string, number>();
    const platform = await startRawPlatform(generation, {
      gateway(response, request) {
        const id = String(request.headers['x-request-id']);
        const { runs: ran, act } = BEHAVIOURS[Math.floor(random() * BEHAVIOURS.length)]!;
        sent.set(id, (sent.get(id) ?? 0) + 1);
        if (ran) runs.set(id, (runs.get(id) ?? 0) + 1);
        act(response, request);
      },
    });
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', onUnhandled);
    const client = watchedClient(optionsFor(platform, generation, { clock: createTestClock(), timeoutMs: ATTEMPT_MS }));

    const counts = { resolved: 0, rejected: 0, shared: 0 };
    async function invoke(n: number): Promise<void> {
      const requestId = `call-${String(n)}`;
      const idempotent = n % 4 === 0;
      let settled = 0;
      // A day: on the test clock a hundred calls that wait for their repeats move the time on together.
      const options = { requestId, idempotent, deadlineMs: 86_400_000 };
      const call =
        n % 2 === 0 ? client.invokeByUuid(UUID, { n }, options) : client.invokeByEvent('demo_event', { n }, options);
      const error = await call.then(
        () => {
          settled++;
          return undefined;
        },
        (reason: unknown) => {
          settled++;
          return reason as FaaSError;
        },
      );
      const ran = runs.get(requestId) ?? 0;
      if (!idempotent) expect(ran, `${requestId} ran`).toBeLessThanOrEqual(1);
      if (error === undefined) {
        counts.resolved++;
        expect(ran, `${requestId} succeeded`).toBeGreaterThanOrEqual(1);
      } else {
        counts.rejected++;
        expect(isFaaSError(error), String(error)).toBe(true);
        const { code, executed, retryable } = error;
        if (executed === 'no') expect({ requestId, code, ran }).toEqual({ requestId, code, ran: 0 });
        if (executed === 'yes') expect(ran, `${requestId} ${code}`).toBeGreaterThanOrEqual(1);
        if (retryable) expect(executed === 'no' || idempotent, `${requestId} ${code}`).toBe(true);
        // Shared work names itself, and belongs to no call: the clock of this test leaps by all waits together, so that a
        // request for a token may be overdue at once. Then nothing of the call has run, and the error has to know.
        const shared = SHARED_WORK.has(error.operation ?? '');
        if (shared) counts.shared++;
        expect([shared, error.requestId, shared ? executed : 'any', shared ? ran : 0]).toEqual(
          shared ? [true, undefined, 'no', 0] : [false, requestId, 'any', 0],
        );
        // One that was written to a connection which the server was closing never arrived.
        if (!shared) expect(error.attempts).toBeGreaterThanOrEqual(sent.get(requestId) ?? 0);
      }
      expect(settled).toBe(1);
    }

    try {
      let next = 0;
      const lane = async (): Promise<void> => {
        while (next < CALLS) await invoke(next++);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      const [requests, ran] = [sent, runs].map((each) => [...each.values()].reduce((sum, times) => sum + times, 0));
      console.log(`storm on ${generation}: ${JSON.stringify({ calls: CALLS, ...counts, requests, ran })}`);
      expect(counts.resolved + counts.rejected).toBe(CALLS);
      expect([counts.resolved > CALLS / 20, counts.rejected > CALLS / 20]).toEqual([true, true]);
      await client.close();
      await expect.poll(() => platform.sockets.size).toBe(0);
      await new Promise(setImmediate);
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', onUnhandled);
      await client.close();
      await platform.close();
    }
  },
  STORM_TIMEOUT_MS,
);
