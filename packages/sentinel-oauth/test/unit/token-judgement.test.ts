import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SentinelOAuthError, TransportError } from '@lp-functions/errors';
import { afterFailure, grantBackoffMs, NO_FAILURES, standsFor } from '../../src/grant-backoff.ts';
import { createRejectionBrake } from '../../src/rejection-brake.ts';
import { phaseOf } from '../../src/renewal-windows.ts';
import { lifetimeOf, UNKNOWN_LIFETIME_MS } from '../../src/token-lifetime.ts';

const NOW_MS = Date.UTC(2026, 0, 15, 12);
const NOW = NOW_MS / 1000;

describe('lifetimeOf', () => {
  it.each([
    ['what the answer says', { expiresInSeconds: 60 }, 60_000],
    ['the answer before the token', { expiresInSeconds: 60, issuedAtSeconds: NOW, expiresAtSeconds: NOW + 10 }, 60_000],
    ['what the token says of itself', { issuedAtSeconds: NOW - 9_999, expiresAtSeconds: NOW - 6_399 }, 3_600_000],
    ['J5: exp without iat, from now', { expiresAtSeconds: NOW + 90 }, 90_000],
    ['J5: iat without exp', { issuedAtSeconds: NOW }, UNKNOWN_LIFETIME_MS],
    ['J4: nothing', {}, UNKNOWN_LIFETIME_MS],
    [
      'an answer that says nothing is left',
      { expiresInSeconds: 0, issuedAtSeconds: NOW, expiresAtSeconds: NOW + 5 },
      5_000,
    ],
    ['a negative lifetime', { expiresInSeconds: -60 }, UNKNOWN_LIFETIME_MS],
    ['next to nothing', { expiresInSeconds: 5e-324 }, UNKNOWN_LIFETIME_MS],
    ['no number', { expiresInSeconds: Number.NaN }, UNKNOWN_LIFETIME_MS],
    ['for ever', { expiresInSeconds: Number.POSITIVE_INFINITY }, UNKNOWN_LIFETIME_MS],
    ['a token that ends before it begins', { issuedAtSeconds: NOW, expiresAtSeconds: NOW - 1 }, UNKNOWN_LIFETIME_MS],
    ['a token that is over, by a clock that is ahead', { expiresAtSeconds: NOW - 1 }, UNKNOWN_LIFETIME_MS],
  ])('%s', (_what, clues, lifetimeMs) => {
    expect(lifetimeOf(clues, NOW_MS)).toBe(lifetimeMs);
  });

  it('is at least 1 ms and finite, whatever is claimed', () => {
    const claim = fc.option(fc.double(), { nil: undefined });
    fc.assert(
      fc.property(claim, claim, claim, (expiresInSeconds, issuedAtSeconds, expiresAtSeconds) => {
        const lifetimeMs = lifetimeOf({ expiresInSeconds, issuedAtSeconds, expiresAtSeconds }, NOW_MS);
        expect(lifetimeMs).toBeGreaterThanOrEqual(1);
        expect(lifetimeMs).toBeLessThan(Number.POSITIVE_INFINITY);
      }),
    );
  });
});

describe('phaseOf', () => {
  const HOUR = 3_600_000;
  it.each([
    ['an hour: soft in the last 5 min', HOUR, 0, 'fresh'],
    ['an hour: soft in the last 5 min', HOUR, HOUR - 300_001, 'fresh'],
    ['an hour: soft in the last 5 min', HOUR, HOUR - 300_000, 'soft'],
    ['an hour: hard in the last 30 s', HOUR, HOUR - 30_001, 'soft'],
    ['an hour: hard in the last 30 s', HOUR, HOUR - 30_000, 'hard'],
    ['an hour', HOUR, HOUR - 1, 'hard'],
    ['an hour', HOUR, HOUR, 'expired'],
    ['J2: a minute: soft in the last fifth', 60_000, 47_999, 'fresh'],
    ['J2: a minute: soft in the last fifth', 60_000, 48_000, 'soft'],
    ['J2: a minute: hard in the last twentieth', 60_000, 56_999, 'soft'],
    ['J2: a minute: hard in the last twentieth', 60_000, 57_000, 'hard'],
    ['J2: 300 s', 300_000, 239_999, 'fresh'],
    ['J2: 1,799 s', 1_799_000, 1_498_999, 'fresh'],
    ['J2: 1,799 s', 1_799_000, 1_499_000, 'soft'],
    ['8 h', 8 * HOUR, 8 * HOUR - 300_001, 'fresh'],
    ['no life', 0, 0, 'expired'],
    ['a life that ended before', -5, 0, 'expired'],
    ['no number', Number.NaN, 0, 'expired'],
    ['no number', HOUR, Number.NaN, 'expired'],
    ['an age below zero', HOUR, -5, 'fresh'],
  ])('%s: life %d, age %d is %s', (_what, lifetimeMs, ageMs, phase) => {
    expect(phaseOf(ageMs, lifetimeMs)).toBe(phase);
  });

  it('never goes back with age, and leaves at least four fifths of a life fresh', () => {
    const order = ['fresh', 'soft', 'hard', 'expired'];
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e12, noNaN: true }),
        fc.double({ min: 0, max: 1.5, noNaN: true }),
        fc.double({ min: 0, max: 1.5, noNaN: true }),
        (lifetimeMs, a, b) => {
          const [young, old] = [Math.min(a, b), Math.max(a, b)].map((share) => phaseOf(share * lifetimeMs, lifetimeMs));
          expect(order.indexOf(young!)).toBeLessThanOrEqual(order.indexOf(old!));
          if (Math.min(a, b) < 0.79) expect(young).toBe('fresh');
        },
      ),
    );
  });
});

describe('grantBackoffMs', () => {
  it.each([
    [-1, 0],
    [0, 0],
    [1, 5_000],
    [2, 10_000],
    [3, 20_000],
    [4, 40_000],
    [5, 60_000],
    [6, 60_000],
    [5_000, 60_000],
  ])('J7: after %d failures %d ms', (failures, ms) => {
    expect(grantBackoffMs(failures)).toBe(ms);
  });
});

describe('failed renewals', () => {
  const refused = new SentinelOAuthError('no', { code: 'GRANT_REFUSED' });
  const throttled = (retryAfterMs: number) =>
    new SentinelOAuthError('wait', { code: 'SENTINEL_UNAVAILABLE', retryAfterMs });
  const lost = new TransportError('gone', { code: 'CONNECTION_LOST', phase: 'headers', requestSent: 'maybe' });

  it.each([
    ['a refusal', refused, 5_000],
    ['a lost connection', lost, 5_000],
    ['anything', 'text', 5_000],
    ['a Retry-After below the back-off', throttled(1_000), 5_000],
    ['a Retry-After above it', throttled(20_000), 20_000],
    ['a Retry-After beyond reason', throttled(86_400_000), 60_000],
  ])('%s keeps away for a time', (_what, error, ms) => {
    expect(afterFailure(NO_FAILURES, error, 1_000)).toEqual({ count: 1, lastError: error, untilMs: 1_000 + ms });
  });

  it.each([
    ['a refusal', refused, true],
    ['who asked to wait', throttled(1_000), true],
    ['a Sentinel that is out of order', new SentinelOAuthError('down', { code: 'SENTINEL_UNAVAILABLE' }), false],
    ['a lost connection', lost, false],
    ['anything', new Error('x'), false],
  ])('%s stands for the next caller: %s', (_what, error, stands) => {
    expect(standsFor(error)).toBe(stands);
  });
});

describe('the rejection brake', () => {
  it('lets three renewals pass at once, then fewer and fewer, down to one a minute', () => {
    const brake = createRejectionBrake();
    const renewedAt: number[] = [];
    for (let second = 0; second < 400; second++) if (brake(second * 1_000)) renewedAt.push(second);
    expect(renewedAt).toEqual([0, 1, 2, 7, 17, 37, 77, 137, 197, 257, 317, 377]);
  });

  it('forgets after a minute without rejections', () => {
    const brake = createRejectionBrake();
    expect([brake(0), brake(1), brake(2), brake(3), brake(5_000)]).toEqual([true, true, true, false, false]);
    expect([brake(65_001), brake(65_002), brake(65_003), brake(65_004)]).toEqual([true, true, true, false]);
  });
});
