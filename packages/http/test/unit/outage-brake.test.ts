import { expect, it } from 'vitest';
import { createOutageBrake } from '../../src/outage-brake.ts';
import { createTestClock } from '../../src/testing.ts';

it('is off until five failures have come in a row; an answer in between starts anew', () => {
  const brake = createOutageBrake(createTestClock());
  for (const round of ['first', 'second']) {
    for (let n = 0; n < 4; n++) expect(brake.failed(`${round} ${String(n)}`)).toBe(0);
    expect(brake.failure()).toBeUndefined();
    brake.answered();
  }
});

it('holds with the last failure for 1 s, then lets one ask, and doubles to 30 s', () => {
  const clock = createTestClock();
  const brake = createOutageBrake(clock);
  for (let n = 0; n < 4; n++) brake.failed('early');
  const pauses: number[] = [];
  for (let n = 0; n < 8; n++) {
    const pauseMs = brake.failed(n);
    pauses.push(pauseMs);
    clock.advance(pauseMs - 1);
    expect(brake.failure()).toMatchObject({ error: n });
    clock.advance(1);
    expect(brake.failure()).toBeUndefined();
  }
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  brake.answered();
  expect([brake.failure(), brake.failed('late')]).toEqual([undefined, 0]);
});
