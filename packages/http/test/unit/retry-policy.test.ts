import { TransportError, type TransportErrorCode } from '@lp-functions/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AttemptOutcome,
  decideRepeat,
  DEFAULT_RETRY,
  isRepeatable,
  mayRunTwice,
  type RepeatQuestion,
  type RepeatRule,
} from '../../src/retry-policy.ts';

const RULES: readonly RepeatRule[] = ['invocation', 'event-invocation', 'read', 'grant', 'single-use'];

const failure = (code: TransportErrorCode, requestSent: 'no' | 'maybe'): AttemptOutcome => ({
  error: new TransportError('x', { code, phase: requestSent === 'no' ? 'connect' : 'headers', requestSent }),
});

const decide = (question: Partial<RepeatQuestion> & Pick<RepeatQuestion, 'outcome'>) =>
  decideRepeat({
    rule: 'read',
    idempotent: false,
    repeats: 0,
    remainingMs: 120_000,
    numbers: DEFAULT_RETRY,
    random: () => 0.5,
    ...question,
  });

const waitOf = (question: Parameters<typeof decide>[0]): number | undefined => {
  const decision = decide(question);
  return decision.repeat ? decision.waitMs : undefined;
};

/** A generator whose sequence is the same in every run. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Who may repeat what: the table "Retries" of the architecture, spelled out. `i` stands for `idempotent: true`. */
const TABLE: readonly {
  readonly what: string;
  readonly outcome: AttemptOutcome;
  readonly repeatedBy: readonly string[];
}[] = [
  ...(['UNREACHABLE', 'TLS_FAILED', 'ATTEMPT_TIMEOUT', 'TRANSPORT_FAILED'] as const).map((code) => ({
    what: `${code} before a byte was sent`,
    outcome: failure(code, 'no'),
    repeatedBy: RULES.flatMap((rule) => [rule, `${rule} i`]),
  })),
  ...(['CONNECTION_LOST', 'RESPONSE_MALFORMED', 'ATTEMPT_TIMEOUT', 'TRANSPORT_FAILED'] as const).map((code) => ({
    what: `${code} after it may have been sent`,
    outcome: failure(code, 'maybe'),
    repeatedBy: ['invocation i', 'event-invocation i', 'read', 'read i', 'grant', 'grant i'],
  })),
  ...(['no', 'maybe'] as const).flatMap((requestSent) =>
    (
      ['ABORTED', 'CLOSED', 'DEADLINE_EXCEEDED', 'REDIRECT_REFUSED', 'RESPONSE_TOO_LARGE', 'REQUEST_INVALID'] as const
    ).map((code) => ({ what: `${code}, sent: ${requestSent}`, outcome: failure(code, requestSent), repeatedBy: [] })),
  ),
  {
    what: '429',
    outcome: { status: 429 },
    repeatedBy: ['invocation', 'invocation i', 'event-invocation i', 'read', 'read i', 'grant', 'grant i'],
  },
  ...[408, 500, 502, 503, 504].map((status) => ({
    what: String(status),
    outcome: { status },
    repeatedBy: ['invocation i', 'event-invocation i', 'read', 'read i', 'grant', 'grant i'],
  })),
  ...[200, 204, 400, 401, 403, 404, 409, 413, 422, 499, 501, 505, 521, 522, 524, 599, 901].map((status) => ({
    what: String(status),
    outcome: { status },
    repeatedBy: [],
  })),
];

describe.each(TABLE)('$what', ({ outcome, repeatedBy }) => {
  it.each(RULES.flatMap((rule) => [false, true].map((idempotent) => ({ rule, idempotent }))))(
    '$rule, idempotent: $idempotent',
    ({ rule, idempotent }) => {
      const expected = repeatedBy.includes(idempotent ? `${rule} i` : rule);
      expect(decide({ rule, idempotent, outcome }).repeat).toBe(expected);
      expect(isRepeatable({ rule, idempotent, outcome })).toBe(expected);
    },
  );
});

describe('a code that is not known', () => {
  it('is not repeated', () => {
    expect(decide({ outcome: failure('NEW' as TransportErrorCode, 'no') }).repeat).toBe(false);
  });
});

describe('mayRunTwice', () => {
  it.each([
    ['invocation', false, false],
    ['invocation', true, true],
    ['event-invocation', false, false],
    ['event-invocation', true, true],
    ['read', false, true],
    ['grant', false, true],
    ['single-use', false, false],
    ['single-use', true, false],
  ] as const)('%s, idempotent: %s', (rule, idempotent, expected) => {
    expect(mayRunTwice(rule, idempotent)).toBe(expected);
  });
});

describe('how often', () => {
  it.each([
    [0, true],
    [2, true],
    [3, false],
    [4, false],
  ])('after %i repeats: %s', (repeats, repeat) => {
    expect(decide({ outcome: { status: 503 }, repeats }).repeat).toBe(repeat);
  });

  it('never with maxRetries 0', () => {
    expect(decide({ outcome: { status: 503 }, numbers: { ...DEFAULT_RETRY, maxRetries: 0 } }).repeat).toBe(false);
  });
});

describe('the pause', () => {
  it.each([
    [0, 5_000],
    [1, 10_000],
    [2, 15_000],
  ])('after a 5xx, repeat %i, is as LivePerson publishes', (repeats, waitMs) => {
    for (const status of [408, 500, 502, 503, 504]) expect(waitOf({ outcome: { status }, repeats })).toBe(waitMs);
  });

  it('stays at the last published one', () => {
    const numbers = { ...DEFAULT_RETRY, maxRetries: 9 };
    expect(waitOf({ outcome: { status: 503 }, repeats: 8, numbers })).toBe(15_000);
  });

  it('is none if none is configured', () => {
    const numbers = { ...DEFAULT_RETRY, serverErrorWaitsMs: [] };
    expect(waitOf({ outcome: { status: 503 }, numbers })).toBe(0);
  });

  it.each([
    [503, 7_000, 7_000],
    [503, 0, 0],
    [429, 7_000, 7_000],
    [429, 0, 1_000],
    [429, 300, 1_000],
    [503, 60_000, 60_000],
    [429, 60_000, 60_000],
    [503, 60_001, undefined],
    [429, 60_001, undefined],
    [429, Number.MAX_SAFE_INTEGER, undefined],
  ])('after a %i with Retry-After of %i ms is %s (J21)', (status, retryAfterMs, expected) => {
    expect(waitOf({ outcome: { status, retryAfterMs } })).toBe(expected);
  });

  it.each([
    [7_001, 7_000],
    [7_000, undefined],
    [6_999, undefined],
    [0, undefined],
    [-1, undefined],
  ])('with %i ms to the deadline and 7,000 to wait is %s', (remainingMs, expected) => {
    expect(waitOf({ outcome: { status: 503, retryAfterMs: 7_000 }, remainingMs })).toBe(expected);
  });

  it.each([0, 1, 2, 3])('after a 429, repeat %i, is never below the published second and grows', (repeats) => {
    const random = seededRandom(repeats + 1);
    const numbers = { ...DEFAULT_RETRY, maxRetries: 9 };
    const least = 1_000 * 2 ** repeats;
    for (let round = 0; round < 500; round++) {
      const waitMs = waitOf({ outcome: { status: 429 }, repeats, numbers, random });
      expect(waitMs).toBeGreaterThanOrEqual(least);
      expect(waitMs).toBeLessThanOrEqual(least * 1.5);
    }
  });

  it.each([0, 1, 2, 3])('after a network failure, repeat %i, is jittered over the whole range', (repeats) => {
    const random = seededRandom(repeats + 1);
    const numbers = { ...DEFAULT_RETRY, maxRetries: 9 };
    const most = 200 * 2 ** repeats;
    const waits = Array.from(
      { length: 500 },
      () => waitOf({ outcome: failure('UNREACHABLE', 'no'), repeats, numbers, random }) ?? Infinity,
    );
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
    expect(Math.min(...waits)).toBeLessThan(most * 0.05);
    expect(Math.max(...waits)).toBeLessThanOrEqual(most);
    expect(Math.max(...waits)).toBeGreaterThan(most * 0.95);
  });

  it('after a network failure stops growing at 10 s', () => {
    const numbers = { ...DEFAULT_RETRY, maxRetries: 99 };
    expect(waitOf({ outcome: failure('UNREACHABLE', 'no'), repeats: 50, numbers, random: () => 1 })).toBe(10_000);
  });
});

describe('any question', () => {
  it('is answered with a pause that ends before the deadline, and never repeats what is spent', () => {
    fc.assert(
      fc.property(
        fc.record({
          rule: fc.constantFrom(...RULES),
          idempotent: fc.boolean(),
          repeats: fc.nat(10),
          remainingMs: fc.double({ min: -1_000, max: 200_000, noNaN: true }),
          outcome: fc.oneof<fc.Arbitrary<AttemptOutcome>[]>(
            fc.record({
              status: fc.integer({ min: 100, max: 999 }),
              retryAfterMs: fc.option(fc.nat(200_000), { nil: undefined }),
            }),
            fc
              .tuple(
                fc.constantFrom('UNREACHABLE', 'CONNECTION_LOST', 'ATTEMPT_TIMEOUT'),
                fc.constantFrom('no', 'maybe'),
              )
              .map(([code, sent]) => failure(code as TransportErrorCode, sent)),
          ),
          random: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
        ({ random, ...question }) => {
          const decision = decideRepeat({ ...question, numbers: DEFAULT_RETRY, random: () => random });
          if (!decision.repeat) return;
          expect(question.repeats).toBeLessThan(DEFAULT_RETRY.maxRetries);
          expect(decision.waitMs).toBeGreaterThanOrEqual(0);
          expect(decision.waitMs).toBeLessThan(question.remainingMs);
          expect(decision.waitMs).toBeLessThanOrEqual(60_000);
          const { outcome, rule } = question;
          if (rule === 'single-use') expect(outcome.error?.requestSent).toBe('no');
          if (outcome.error === undefined && outcome.retryAfterMs !== undefined) {
            expect(decision.waitMs).toBeGreaterThanOrEqual(outcome.retryAfterMs);
          }
        },
      ),
    );
  });
});
