import { describe, expect, test as base } from 'vitest';
import type { Emulator } from '../../src/index.ts';
import { emulatorFixtures } from '../../src/vitest.ts';
import { callerOf } from '../platform-caller.ts';

const test = base.extend(
  emulatorFixtures(
    () => ({ accountId: '555' }),
    ({ functions }) => {
      functions.add({ name: 'echo', code: 'async function lambda({ payload }) { return payload; }' });
    },
  ),
);

describe('the vitest fixture', () => {
  let first: Emulator | undefined;

  test('starts an emulator with the given options, prepared', async ({ emulator }) => {
    first = emulator;
    expect(emulator.accountId).toBe('555');
    expect((await callerOf(emulator).invoke(emulator.functions.get('echo').uuid, 'fine')).json).toBe('fine');
    emulator.faults.add({ status: 500 });
    emulator.clock.advance(1_000_000);
    expect(emulator.requests.count()).toBe(2);
  });

  test('is one for the file, and reset between tests', async ({ emulator }) => {
    expect(emulator).toBe(first);
    expect([emulator.requests.count(), emulator.faults.list(), emulator.tokens.list()]).toEqual([0, [], []]);
    expect((await callerOf(emulator).invoke(emulator.functions.get('echo').uuid, 2)).json).toBe(2);
  });

  base('leaves a test alone that does not ask for it', () => {
    expect(first?.requests.count()).toBe(2);
  });
});
