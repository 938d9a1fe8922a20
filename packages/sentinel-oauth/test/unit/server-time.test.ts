import { describe, expect, test } from 'vitest';
import { createTestClock } from '@lp-functions/http/testing';
import { createServerTime, skewOf } from '../../src/server-time.ts';

const SENT_MS = Date.UTC(2026, 0, 15, 12);
const HOUR = 3_600_000;
const dateAt = (ms: number): string => new Date(ms).toUTCString();

describe('skewOf', () => {
  test.each([
    [undefined, undefined],
    ['nonsense', undefined],
    ['Thu, 15 Jan 2026 12:00:00 GMT', 0],
    ['Thu, 15 Jan 2026 12:00:02 GMT', 0],
    ['Thu, 15 Jan 2026 13:00:00 GMT', HOUR - 500],
    ['Thu, 15 Jan 2026 11:00:00 GMT', -HOUR - 500],
  ])('Date %s: ahead by %s ms', (date, skewMs) => {
    expect(skewOf(date, SENT_MS, SENT_MS + 1_000)).toBe(skewMs);
  });

  test('repeats and pauses before the answer are no skew, and add nothing to one', () => {
    const receivedMs = SENT_MS + 90_000;
    expect(skewOf(dateAt(receivedMs), SENT_MS, receivedMs)).toBe(0);
    expect(skewOf(dateAt(receivedMs + 5 * HOUR), SENT_MS, receivedMs)).toBe(5 * HOUR + 500);
  });
});

describe('the server’s time', () => {
  const learned = (headers: Readonly<Record<string, string>>) => {
    const clock = createTestClock(SENT_MS);
    const time = createServerTime(clock);
    time.learn({ headers }, clock.now());
    return { clock, time };
  };

  test('is ours until it is known, goes on with ours, and is learned anew with every answer', () => {
    const { clock, time } = learned({});
    expect([time.now(), time.skewMs()]).toEqual([SENT_MS, 0]);
    time.learn({ headers: { date: dateAt(SENT_MS + 5 * HOUR) } }, clock.now());
    expect(time.now()).toBe(SENT_MS + 5 * HOUR + 500);
    clock.advance(60_000);
    expect(time.now()).toBe(SENT_MS + 5 * HOUR + 60_500);
    time.learn({ headers: { date: dateAt(clock.now()) } }, clock.now());
    expect(time.skewMs()).toBe(0);
  });

  test.each([
    [{}, 5 * HOUR + 500],
    [{ age: '0' }, 5 * HOUR + 500],
    [{ age: '600' }, 0],
    [{ age: 'old' }, 0],
  ])('an answer out of a cache (%j) says nothing', (age, skewMs) => {
    expect(learned({ date: dateAt(SENT_MS + 5 * HOUR), ...age }).time.skewMs()).toBe(skewMs);
  });
});
