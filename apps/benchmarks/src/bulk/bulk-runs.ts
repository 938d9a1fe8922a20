import type { FunctionsClient } from '@lp-functions/client';
import { expectAccepted } from '../contenders/contender.ts';
import { ACCOUNT, PAYLOAD } from '../platform/account.ts';
import type { BulkName, BulkQuestion } from './bulk-question.ts';

/** Calls for every item and tells of each outcome. */
type RunBulk = (client: FunctionsClient, question: BulkQuestion, settled: () => void) => Promise<void>;

/** Made one by one, so that the list itself takes no memory. */
function* itemsUpTo(count: number): Generator<Readonly<Record<string, unknown>>> {
  for (let n = 0; n < count; n += 1) yield { ...PAYLOAD, n };
}

/** As the README shows it. */
const runInvokeEach: RunBulk = async (client, { items, concurrency }, settled) => {
  for await (const outcome of client.invokeEach(itemsUpTo(items), { uuid: ACCOUNT.functionUuid, concurrency })) {
    if (!outcome.ok) throw outcome.error;
    expectAccepted(outcome.answer.result);
    settled();
  }
};

/** What one would write by hand: lanes that share an iterator. No order, no pacing, no slow-down, no end by a signal. */
const runLoop: RunBulk = async (client, { items, concurrency }, settled) => {
  const source = itemsUpTo(items);
  const lane = async (): Promise<void> => {
    for (let step = source.next(); step.done !== true; step = source.next()) {
      const { result } = await client.invokeByUuid(ACCOUNT.functionUuid, step.value);
      expectAccepted(result);
      settled();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
};

/** The ways, by name. */
export const RUNS: Readonly<Record<BulkName, RunBulk>> = { invokeEach: runInvokeEach, loop: runLoop };
