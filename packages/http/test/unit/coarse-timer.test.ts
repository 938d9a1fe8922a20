import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCoarseTimer } from '../../src/coarse-timer.ts';

const COARSE_TICK_MS = 50;

// No socket is open here, so the interval may be a fake one; the clock stays in our hands.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  let nowMs = 1_000;
  const timer = createCoarseTimer(() => nowMs);
  const fired: string[] = [];
  return {
    fired,
    schedule: (name: string, inMs: number) => timer.schedule(nowMs + inMs, () => void fired.push(name)),
    timer,
    pass(ms: number) {
      for (let left = ms; left > 0; left -= COARSE_TICK_MS) {
        nowMs += COARSE_TICK_MS;
        vi.advanceTimersByTime(COARSE_TICK_MS);
      }
    },
    jump(ms: number) {
      nowMs += ms;
    },
  };
}

describe('the coarse timer', () => {
  it('runs what is due, once, and never early', () => {
    const { schedule, pass, fired } = setUp();
    schedule('a', 120);
    schedule('b', 1_000);
    pass(100);
    expect(fired).toEqual([]);
    pass(50);
    expect(fired).toEqual(['a']);
    pass(2_000);
    expect(fired).toEqual(['a', 'b']);
  });

  it('does not run what was cancelled', () => {
    const { schedule, pass, fired } = setUp();
    const timeout = schedule('a', 100);
    timeout.cancel();
    timeout.cancel();
    pass(500);
    expect(fired).toEqual([]);
  });

  it('ticks only while something is scheduled', () => {
    const { schedule, pass } = setUp();
    expect(vi.getTimerCount()).toBe(0);
    const timeout = schedule('a', 100);
    schedule('b', 100);
    expect(vi.getTimerCount()).toBe(1);
    pass(150);
    expect(vi.getTimerCount()).toBe(0);
    timeout.cancel();
    schedule('c', 100).cancel();
    pass(50);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes new entries from a callback, and cancels from one', () => {
    const { timer, pass, fired, schedule } = setUp();
    const other = schedule('cancelled', 200);
    timer.schedule(1_100, () => {
      other.cancel();
      schedule('later', 100);
    });
    pass(400);
    expect(fired).toEqual(['later']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not run what a callback of the same tick cancels', () => {
    const { timer, pass, fired, schedule } = setUp();
    const others: { cancel(): void }[] = [];
    timer.schedule(1_010, () => {
      for (const other of others) other.cancel();
    });
    others.push(schedule('a', 10), schedule('b', 20), schedule('c', 500));
    schedule('d', 10);
    pass(1_000);
    expect(fired).toEqual(['d']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('survives a clock that jumps ahead or stands still', () => {
    const { schedule, pass, jump, fired } = setUp();
    schedule('a', 3_600_000);
    vi.advanceTimersByTime(10_000);
    expect(fired).toEqual([]);
    jump(7_200_000);
    pass(50);
    expect(fired).toEqual(['a']);
    schedule('b', 100);
    jump(-50_000);
    pass(1_000);
    expect(fired).toEqual(['a']);
    jump(50_000);
    pass(50);
    expect(fired).toEqual(['a', 'b']);
  });

  it('takes what is due already, and never', () => {
    const { schedule, pass, fired } = setUp();
    schedule('past', -5);
    schedule('never', Infinity).cancel();
    pass(50);
    expect(fired).toEqual(['past']);
  });
});

describe('the process', () => {
  it('is kept alive while something is scheduled, and no longer', () => {
    vi.useRealTimers();
    const started = vi.spyOn(globalThis, 'setInterval');
    const timer = createCoarseTimer(() => 0);
    const first = timer.schedule(60_000, () => undefined);
    const interval = started.mock.results[0]?.value as NodeJS.Timeout;
    expect(interval.hasRef()).toBe(true);
    const second = timer.schedule(60_000, () => undefined);
    first.cancel();
    expect(interval.hasRef()).toBe(true);
    second.cancel();
    expect(interval.hasRef()).toBe(false);
    const third = timer.schedule(60_000, () => undefined);
    expect(interval.hasRef()).toBe(true);
    expect(started).toHaveBeenCalledTimes(1);
    third.cancel();
    expect(interval.hasRef()).toBe(false);
    started.mockRestore();
  });
});
