import { DomainDiscoveryError, SentinelOAuthError, TransportError } from '@lp-functions/errors';
import { beforeEach, describe, expect, it } from 'vitest';
import { createOutageBrake, type OutageBrake } from '../../src/outage-brake.ts';
import { createTestClock, type TestClock } from '../../src/testing.ts';

const down = new SentinelOAuthError('down', { code: 'SENTINEL_UNAVAILABLE', fault: 'platform' });
let clock: TestClock;
let pauses: number[];
let brake: OutageBrake;
let asked: number;
beforeEach(() => {
  clock = createTestClock();
  pauses = [];
  asked = 0;
  brake = createOutageBrake(clock, (pauseMs) => pauses.push(pauseMs));
});

function fail(error: unknown): Promise<unknown> {
  return brake
    .guard(() => {
      asked++;
      return Promise.reject(error);
    })
    .catch((reason: unknown) => reason);
}

describe('a brake', () => {
  it('is off until five failures have come in a row; an answer in between starts anew', async () => {
    for (let round = 1; round <= 3; round++) {
      for (let n = 0; n < 4; n++) await fail(down);
      expect(asked).toBe(4 * round);
      expect(await brake.guard(() => Promise.resolve('answer'))).toBe('answer');
    }
    expect(pauses).toEqual([]);
  });

  it('holds with the last failure for 1 s, then lets one ask, and doubles to 30 s', async () => {
    for (let n = 0; n < 4; n++) await fail(down);
    for (let n = 0; n < 8; n++) {
      const before = asked;
      expect(await fail(down)).toBe(down);
      expect(asked).toBe(before + 1);
      clock.advance(pauses.at(-1)! - 1);
      expect(await fail(new Error('is not asked'))).toBe(down);
      expect(asked).toBe(before + 1);
      clock.advance(1);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    await brake.guard(() => Promise.resolve());
    await fail(down);
    expect(pauses).toHaveLength(8);
  });

  it('is off after reset()', async () => {
    for (let n = 0; n < 5; n++) await fail(down);
    brake.reset();
    await fail(down);
    expect([asked, pauses]).toEqual([6, [1_000]]);
  });

  it.each([
    [
      'a connection that was refused',
      new TransportError('x', { code: 'UNREACHABLE', phase: 'connect', requestSent: 'no' }),
      true,
    ],
    ['silence', new TransportError('x', { code: 'ATTEMPT_TIMEOUT', phase: 'headers', requestSent: 'maybe' }), true],
    [
      'a Domain API that is out of order',
      new DomainDiscoveryError('x', { code: 'DISCOVERY_UNAVAILABLE', fault: 'platform' }),
      true,
    ],
    ['a call that was ended', new TransportError('x', { code: 'ABORTED', phase: 'connect', requestSent: 'no' }), false],
    [
      'a client that was closed',
      new TransportError('x', { code: 'CLOSED', phase: 'connect', requestSent: 'no' }),
      false,
    ],
    ['a refusal', new SentinelOAuthError('x', { code: 'GRANT_REFUSED', fault: 'caller' }), false],
    ['a login that is required', new SentinelOAuthError('x', { code: 'LOGIN_REQUIRED', fault: 'caller' }), false],
    ['anything else', new Error('x'), false],
  ])('%s', async (_what, error, counts) => {
    for (let n = 0; n < 5; n++) await fail(error);
    expect(pauses).toEqual(counts ? [1_000] : []);
  });
});
