import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { startEmulator } from '../../src/index.ts';
import { callerOf } from '../platform-caller.ts';

const CODE = `async function lambda({ payload }) {
  switch (payload % 7) {
    case 0: throw new Error('thrown');
    case 1: return undefined.x;
    case 2: if (payload % 3 === 0) process.exit(1); return payload;
    case 3: if (payload % 5 === 0) { setTimeout(() => { throw new Error('late'); }, 0); await new Promise(() => {}); } return payload;
    default: return payload;
  }
}`;
const soak = process.env['LPFN_TEST_SOAK'] === '1';

test('64 callers, functions that fail at random: every call is answered and recorded, and memory stays flat', async () => {
  const emulator = await startEmulator({ journalSize: 500 });
  const added = emulator.functions.add({ name: 'random', code: CODE });
  const caller = callerOf(emulator);
  await caller.invoke(added.uuid, 4);
  emulator.reset();
  const batch = soak ? 10_000 : 400;
  const fresh = callerOf(emulator);
  const heaps: number[] = [];
  const batches = soak ? 4 : 1;
  for (let round = 0; round < batches; round += 1) {
    const statuses = await callAll(batch, round * batch, async (call) => (await fresh.invoke(added.uuid, call)).status);
    expect(statuses).toEqual(Array.from({ length: batch }, (_, call) => expectedStatus(round * batch + call)));
    expect(added.invocations).toBe((round + 1) * batch);
    expect(emulator.requests.count({ operation: 'invokeByUuid' })).toBe((round + 1) * batch);
    expect(emulator.requests.list().every(({ outcome }) => outcome === 'answered')).toBe(true);
    heaps.push(heapAfterCollection());
  }
  // The first batch fills the journal; after that nothing more may be kept.
  const growth = Math.max(...heaps.slice(1)) - (heaps[0] ?? 0);
  if (soak) expect(growth / 1e6).toBeLessThan(15);
  await emulator.close();
});

async function callAll(count: number, first: number, work: (call: number) => Promise<number>): Promise<number[]> {
  const results: number[] = [];
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let call = next++; call < count; call = next++) results[call] = await work(first + call);
  };
  await Promise.all(Array.from({ length: 64 }, caller));
  return results;
}

function expectedStatus(call: number): number {
  const kind = call % 7;
  return kind < 2 || (kind === 2 && call % 3 === 0) || (kind === 3 && call % 5 === 0) ? 901 : 200;
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
