import { describe, expect, test } from 'vitest';
import {
  ConfigurationError,
  DomainDiscoveryError,
  FaaSDetailedError,
  FaaSLambdaError,
  InvocationQueueError,
  SentinelOAuthError,
  TransportError,
} from '@lp-functions/errors';
import { DEFAULT_QUEUE_RETRY, type FailedAttempt, judgeFailure } from '../../src/attempt-judgement.ts';

type Facts = Partial<Pick<FailedAttempt, 'idempotent' | 'attempts' | 'throttledMs' | 'closing' | 'numbers'>> & {
  readonly random?: number;
};

function judge(error: unknown, { random = 0, ...facts }: Facts = {}): ReturnType<typeof judgeFailure> {
  const defaults = { idempotent: false, attempts: 1, throttledMs: 0, closing: false, numbers: DEFAULT_QUEUE_RETRY };
  return judgeFailure({ error, ...defaults, ...facts, random: () => random });
}

const detailed = (code: FaaSDetailedError['code'], status: number, more: object = {}): FaaSDetailedError =>
  new FaaSDetailedError('x', {
    code: code as 'THROTTLED',
    fault: 'platform',
    status,
    platform: 'v2',
    executed: 'no',
    ...more,
  });
const cut = (executed: 'no' | 'maybe', retryable = executed === 'no'): TransportError =>
  new TransportError('x', { code: 'CONNECTION_LOST', phase: 'headers', requestSent: 'maybe', executed, retryable });
const threw = (more: object = {}): FaaSLambdaError =>
  new FaaSLambdaError('x', {
    code: 'FUNCTION_THREW',
    fault: 'function',
    status: 901,
    platform: 'v2',
    executed: 'yes',
    ...more,
  });

const UNCERTAIN = { again: false, state: 'uncertain' };
const FAILED = { again: false, state: 'failed' };

describe('what may have run', () => {
  test.each([
    ['a lost connection', cut('maybe')],
    ['a 503 to a request that was sent', detailed('PLATFORM_UNAVAILABLE', 503, { executed: 'maybe' })],
    ['an answer that cannot be read', detailed('RESPONSE_UNREADABLE', 200, { executed: 'maybe' })],
    ['an error of another family', new Error('odd')],
    ['something that is no error', 'odd'],
  ])('is uncertain and never repeated: %s', (_what, error) => {
    expect(judge(error)).toEqual(UNCERTAIN);
    expect(judge(error, { closing: true })).toEqual(UNCERTAIN);
  });

  test('is repeated if it is marked idempotent and the failure may pass', () => {
    expect(judge(cut('maybe', true), { idempotent: true })).toEqual({ again: true, delayMs: 120_000 });
    expect(judge(detailed('RESPONSE_UNREADABLE', 200, { executed: 'maybe' }), { idempotent: true })).toEqual(UNCERTAIN);
  });

  test('is uncertain when an idempotent one has been tried often enough', () => {
    expect(judge(cut('maybe', true), { idempotent: true, attempts: 6 })).toEqual(UNCERTAIN);
  });
});

describe('what ran and failed', () => {
  test('has failed; if idempotent, it is repeated where repeating may help', () => {
    expect(judge(threw())).toEqual(FAILED);
    expect(judge(threw({ retryable: false }), { idempotent: true })).toEqual(FAILED);
    expect(judge(threw({ retryable: true }), { idempotent: true })).toMatchObject({ again: true });
    // Somebody else's error that says "retryable" does not run a function twice.
    expect(judge(threw({ retryable: true }))).toEqual(FAILED);
  });
});

describe('what did not run', () => {
  test.each([
    ['no connection', cut('no')],
    ['no token', new SentinelOAuthError('x', { code: 'GRANT_REFUSED', oauthError: 'invalid_client' })],
    ['a login that is required', new SentinelOAuthError('x', { code: 'LOGIN_REQUIRED' })],
    ['no host', new DomainDiscoveryError('x', { code: 'ACCOUNT_NOT_FOUND' })],
    ['a token that is refused', detailed('UNAUTHORIZED', 401)],
    ['a scope that is missing', detailed('FORBIDDEN', 403)],
  ])('for a reason of the surroundings is tried again: %s', (_what, error) => {
    expect(judge(error)).toEqual({ again: true, delayMs: 120_000 });
    expect(judge(error, { attempts: 6 })).toEqual(FAILED);
  });

  test.each<[string, unknown]>([
    [
      'a payload that cannot be sent',
      new ConfigurationError('x', { code: 'PAYLOAD_NOT_SERIALIZABLE', option: 'payload' }),
    ],
    ['a function that does not exist', detailed('NOT_FOUND', 404)],
    ['a call that cannot be read', detailed('BAD_REQUEST', 400)],
    ['a payload that is too large', detailed('PAYLOAD_TOO_LARGE', 413)],
    ['a worker without the definition', new InvocationQueueError('x', { code: 'DEFINITION_MISSING' })],
  ])('because of the call itself has failed: %s', (_what, error) => {
    expect(judge(error)).toEqual(FAILED);
    expect(judge(error, { idempotent: true })).toEqual(FAILED);
  });
});

describe('pauses', () => {
  test('2, 4, 8, 16, 32 min, as LivePerson publishes for longer outages, spread upwards', () => {
    const waits = [1, 2, 3, 4, 5].map((attempts) => judge(cut('no'), { attempts }));
    expect(waits.map((wait) => 'delayMs' in wait && wait.delayMs / 60_000)).toEqual([2, 4, 8, 16, 32]);
    expect(judge(cut('no'), { random: 1 })).toEqual({ again: true, delayMs: 150_000 });
  });

  test('never sooner than the platform asked for', () => {
    const later = detailed('PLATFORM_UNAVAILABLE', 503, { retryable: true, retryAfterMs: 300_000 });
    expect(judge(later)).toEqual({ again: true, delayMs: 300_000 });
  });

  test('a 429 holds the whole queue for as long as it says, an hour at most; it does not count as an attempt', () => {
    const throttled = (retryAfterMs?: number) => detailed('THROTTLED', 429, { retryable: true, retryAfterMs });
    const held = (toldMs?: number) => ({ again: true, throttled: { toldMs } });
    expect(judge(throttled())).toEqual(held());
    expect(judge(throttled(), { attempts: 99 })).toEqual(held());
    expect(judge(throttled(5_000))).toEqual(held(5_000));
    expect(judge(throttled(600_000))).toEqual(held(600_000));
    expect(judge(throttled(86_400_000))).toEqual(held(3_600_000));
  });

  test('an item that is throttled for too long has failed', () => {
    const throttled = detailed('THROTTLED', 429, { retryable: true });
    const day = 24 * 60 * 60_000;
    expect(judge(throttled, { throttledMs: day - 1 })).toMatchObject({ again: true });
    expect(judge(throttled, { throttledMs: day })).toEqual(FAILED);
    const numbers = { ...DEFAULT_QUEUE_RETRY, throttledForMs: 10 };
    expect(judge(throttled, { throttledMs: 10, numbers })).toEqual(FAILED);
  });

  test('a 429 after which a listener may have run is uncertain; an idempotent item spends attempts on it', () => {
    const throttled = detailed('THROTTLED', 429, { executed: 'maybe', retryable: true });
    expect(judge(throttled)).toEqual(UNCERTAIN);
    expect(judge(throttled, { idempotent: true })).toEqual({ again: true, throttled: { toldMs: undefined } });
    expect(judge(throttled, { idempotent: true, attempts: 6 })).toEqual(UNCERTAIN);
  });

  test('the last pause stands for all further ones', () => {
    const numbers = { ...DEFAULT_QUEUE_RETRY, maxAttempts: 9, waitsMs: [10, 20] };
    expect(judge(cut('no'), { attempts: 8, numbers })).toEqual({ again: true, delayMs: 20 });
  });
});

describe('a worker that is being closed', () => {
  const ended = (executed: 'no' | 'maybe') =>
    new TransportError('x', { code: 'ABORTED', phase: 'connect', requestSent: 'no', executed, retryable: false });

  test('gives back at once what it has not sent, however often it was tried', () => {
    expect(judge(ended('no'), { closing: true, attempts: 99 })).toEqual({ again: true, delayMs: 0 });
    expect(judge(ended('maybe'), { closing: true, idempotent: true })).toEqual({ again: true, delayMs: 0 });
  });

  test('parks what it has sent', () => {
    expect(judge(ended('maybe'), { closing: true })).toEqual(UNCERTAIN);
  });
});
