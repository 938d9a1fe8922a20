import {
  DomainDiscoveryError,
  FaaSDetailedError,
  type FaaSError,
  FaaSLambdaError,
  SentinelOAuthError,
  TransportError,
} from '@lp-functions/errors';
import { describe, expect, it, test } from 'vitest';
import { createFailureJudge } from '../../src/invoke/batch/failure-judge.ts';

const refused = (
  code: 'NOT_FOUND' | 'FORBIDDEN' | 'THROTTLED' | 'UNAUTHORIZED',
  executed: 'no' | 'maybe' = 'no',
): FaaSError => new FaaSDetailedError('', { code, fault: 'caller', status: 400, platform: 'v2', executed });
const unreachable = new TransportError('', {
  code: 'UNREACHABLE',
  phase: 'connect',
  requestSent: 'no',
  operation: 'invokeEach',
});
const threw = new FaaSLambdaError('', {
  code: 'FUNCTION_THREW',
  fault: 'function',
  status: 901,
  platform: 'v2',
  executed: 'yes',
});

describe('createFailureJudge', () => {
  test.each([
    ['a function that failed', threw, 'line', 'line'],
    ['a throttled call', refused('THROTTLED'), 'line', 'line'],
    ['a refused grant', new SentinelOAuthError('', { code: 'GRANT_REFUSED' }), 'batch', 'batch'],
    ['unknown hosts', new DomainDiscoveryError('', { code: 'ACCOUNT_NOT_FOUND' }), 'batch', 'batch'],
    ['a refused token', refused('UNAUTHORIZED'), 'batch', 'batch'],
    ['a token that was refused after an attempt that may have run', refused('UNAUTHORIZED', 'maybe'), 'line', 'line'],
    ['an unknown function', refused('NOT_FOUND'), 'batch', 'line'],
    ['a forbidden call', refused('FORBIDDEN'), 'batch', 'line'],
  ])('%s', (_what, error, first, afterSuccess) => {
    expect(createFailureJudge().failed(error)).toBe(first);
    const judge = createFailureJudge();
    judge.succeeded();
    expect(judge.failed(error)).toBe(afterSuccess);
  });

  it('gives up when fifty calls in a row could not be sent', () => {
    const judge = createFailureJudge();
    const verdicts = Array.from({ length: 60 }, () => judge.failed(unreachable));
    expect(verdicts.indexOf('last')).toBe(49);
    judge.succeeded();
    expect(judge.failed(unreachable)).toBe('line');
  });
});
