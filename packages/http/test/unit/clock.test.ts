import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/index.ts';
import { createTestClock } from '../../src/testing.ts';

describe('the test clock', () => {
  it('starts at a true epoch and stands still', () => {
    const clock = createTestClock();
    expect(new Date(clock.now()).toISOString()).toBe('2026-01-15T12:00:00.000Z');
    expect(clock.monotonicNow()).toBeGreaterThan(0);
    expect(createTestClock(5).now()).toBe(5);
  });

  it('moves both times when told', () => {
    const clock = createTestClock(1_000);
    const before = clock.monotonicNow();
    clock.advance(250);
    expect(clock.now()).toBe(1_250);
    expect(clock.monotonicNow() - before).toBe(250);
  });

  it('sleeps at once, records it and moves on', async () => {
    const clock = createTestClock(0);
    await clock.sleep(5_000);
    await clock.sleep(10);
    expect(clock.sleeps).toEqual([5_000, 10]);
    expect(clock.now()).toBe(5_010);
  });

  it('does not sleep on an aborted signal', async () => {
    const clock = createTestClock(0);
    await expect(clock.sleep(5, AbortSignal.abort('why'))).rejects.toBe('why');
    expect(clock.sleeps).toEqual([]);
  });

  it('ends a sleep during which the signal is aborted', async () => {
    const clock = createTestClock(0);
    const controller = new AbortController();
    const sleep = clock.sleep(5, controller.signal);
    controller.abort('why');
    await expect(sleep).rejects.toBe('why');
  });
});

describe('the system clock', () => {
  it('tells the time', () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000);
    expect(systemClock.monotonicNow()).toBeLessThanOrEqual(performance.now());
  });

  it('sleeps', async () => {
    const before = performance.now();
    await systemClock.sleep(20);
    expect(performance.now() - before).toBeGreaterThanOrEqual(18);
  });

  it('rejects with the reason of the signal, and leaves no listener behind', async () => {
    const controller = new AbortController();
    const sleep = systemClock.sleep(60_000, controller.signal);
    controller.abort('why');
    await expect(sleep).rejects.toBe('why');
    await expect(systemClock.sleep(60_000, controller.signal)).rejects.toBe('why');
    const { signal } = new AbortController();
    await systemClock.sleep(1, signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('does not return at once from a sleep that is longer than a timer can be', async () => {
    const controller = new AbortController();
    let over = false;
    const sleep = systemClock.sleep(2 ** 40, controller.signal).finally(() => {
      over = true;
    });
    await systemClock.sleep(50);
    expect(over).toBe(false);
    controller.abort('enough');
    await expect(sleep).rejects.toBe('enough');
  });
});
