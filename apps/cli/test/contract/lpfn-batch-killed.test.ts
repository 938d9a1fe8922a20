import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BatchGateway, startBatchGateway } from '../batch-gateway.ts';
import { lpfn, startLpfn } from '../lpfn-process.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
const SOAK = process.env['LPFN_TEST_SOAK'] === '1';
const LINES = SOAK ? 100_000 : 5_000;
const KILLS = 3;

interface Outcome {
  readonly line: number;
  readonly ok: boolean;
  readonly result?: { readonly n: number; readonly twice: number };
  readonly error?: { readonly code: string; readonly executed: string };
  readonly requestId: string;
}

/** Every outcome of a file; fails for a line that is none, or a second one for the same line. */
async function outcomesOf(path: string): Promise<Map<number, Outcome>> {
  const outcomes = new Map<number, Outcome>();
  for await (const text of createInterface({ input: createReadStream(path) })) {
    const outcome = JSON.parse(text) as Outcome;
    expect(outcomes.has(outcome.line), `line ${String(outcome.line)} has two outcomes`).toBe(false);
    outcomes.set(outcome.line, outcome);
  }
  return outcomes;
}

describe.each(['v1', 'v2'] as const)('lpfn invoke --batch on %s, killed', (platform) => {
  let folder: string;
  let gateway: BatchGateway;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lpfn-batch-'));
    gateway = await startBatchGateway(platform);
    const lines = Array.from({ length: LINES }, (_, at) => `{"n":${String(at + 1)}}\n`);
    await writeFile(join(folder, 'in.jsonl'), lines.join(''));
  });
  afterAll(async () => {
    await gateway.close();
    await rm(folder, { recursive: true });
  });

  it(
    `with -9 ${String(KILLS)} times at random and resumed: ${String(LINES)} lines have one outcome each, and none is sent twice`,
    async () => {
      const out = join(folder, 'out.jsonl');
      const args = ['invoke', UUID, '--batch', join(folder, 'in.jsonl'), '--out', out, '--concurrency', '64', '--json'];
      const marks = Array.from({ length: KILLS }, () => Math.ceil(Math.random() * LINES * 0.9)).toSorted(
        (a, b) => a - b,
      );
      for (const [at, mark] of marks.entries()) {
        const child = startLpfn([...args, ...(at === 0 ? [] : ['--resume'])], gateway.env);
        await Promise.race([gateway.reached(mark), once(child, 'exit')]);
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }
      const last = await lpfn([...args, '--resume'], { env: gateway.env });
      const answer = JSON.parse(last.stdout) as {
        ok: boolean;
        result?: Record<string, unknown>;
        error?: { code: string; summary: Record<string, unknown> };
      };
      const summary = answer.result ?? answer.error?.summary ?? {};
      const outcomes = await outcomesOf(out);
      const unknown = [...outcomes.values()].filter(({ ok }) => !ok).map(({ line }) => line);

      expect(outcomes.size).toBe(LINES);
      for (const { line, ok, result, error, requestId } of outcomes.values()) {
        if (ok && (result?.n !== line || result.twice !== 2 * line))
          expect(result).toEqual({ n: line, twice: 2 * line });
        if (!ok) expect(error).toMatchObject({ code: 'OUTCOME_UNKNOWN', executed: 'maybe' });
        if (!/^[0-9a-f-]{36}$/.test(requestId)) expect(requestId).toBe('the id of a request');
      }
      // None twice; all that succeeded once; of the unknown ones some were sent, and some had not got so far.
      expect([...gateway.received].filter(([, times]) => times !== 1)).toEqual([]);
      expect([...outcomes.values()].filter(({ line, ok }) => ok && !gateway.received.has(line))).toEqual([]);
      expect(unknown.length).toBeLessThanOrEqual(KILLS * 2 * 64);
      expect(summary).toMatchObject({ total: LINES, ok: LINES - unknown.length, failed: 0, pending: 0 });
      expect(summary['unknownLines']).toEqual(unknown.toSorted((a, b) => a - b));
      expect(last.code).toBe(unknown.length === 0 ? 0 : 10);

      // Only when asked, the unknown ones are sent once more, and no other.
      const again = await lpfn([...args, '--resume', '--retry-unknown'], { env: gateway.env });
      expect(again.code).toBe(0);
      expect(JSON.parse(again.stdout)).toMatchObject({
        ok: true,
        result: { total: LINES, ok: LINES, unknown: 0, sent: unknown.length },
      });
      const repaired = await outcomesOf(out);
      expect(repaired.size).toBe(LINES);
      expect([...repaired.values()].every(({ ok }) => ok)).toBe(true);
      const twice = [...gateway.received].filter(([, times]) => times > 1).map(([n]) => n);
      expect(twice.filter((n) => !unknown.includes(n))).toEqual([]);
      expect(Math.max(...gateway.received.values())).toBeLessThanOrEqual(2);
    },
    SOAK ? 600_000 : 120_000,
  );
});
