import {
  ConfigurationError,
  FaaSDetailedError,
  FaaSLambdaError,
  SentinelOAuthError,
  TransportError,
} from '@lp-functions/client';
import { describe, expect, test } from 'vitest';
import { describeFailure } from '../../src/platform/failure-view.ts';

const called = { operation: 'invokeByUuid', platform: 'v2', status: 500 } as const;

describe('a failure in words', () => {
  test.each([
    [
      'the function threw',
      new FaaSLambdaError('x', {
        ...called,
        code: 'FUNCTION_THREW',
        fault: 'function',
        executed: 'yes',
        platformMessage: 'no order',
      }),
      {
        responsible: 'function',
        title: 'The function failed',
        executed: 'yes',
        message: 'no order',
        mayTryAgain: false,
      },
    ],
    [
      'the function took too long',
      new FaaSLambdaError('x', { ...called, code: 'FUNCTION_TIMED_OUT', fault: 'function', executed: 'yes' }),
      { responsible: 'function', title: 'The function took too long' },
    ],
    [
      'the platform is down',
      new FaaSDetailedError('x', { ...called, code: 'PLATFORM_FAILURE', fault: 'platform', executed: 'maybe' }),
      { responsible: 'platform', title: 'LivePerson Functions is out of order', executed: 'maybe', status: 502 },
    ],
    [
      'throttled',
      new FaaSDetailedError('x', {
        ...called,
        code: 'THROTTLED',
        fault: 'caller',
        executed: 'no',
        retryAfterMs: 1_500,
      }),
      { title: 'Too many calls at the moment', executed: 'no', retryAfterSeconds: 2, mayTryAgain: true },
    ],
    [
      'no permission',
      new FaaSDetailedError('x', { ...called, code: 'FORBIDDEN', fault: 'caller', executed: 'no' }),
      { responsible: 'caller', title: 'You may not do this', status: 403 },
    ],
    [
      'no connection',
      new TransportError('x', {
        code: 'UNREACHABLE',
        phase: 'connect',
        requestSent: 'no',
        retryable: true,
        operation: 'invokeByUuid',
      }),
      { responsible: 'network', title: 'LivePerson cannot be reached', executed: 'no', mayTryAgain: true },
    ],
    [
      'too slow',
      new TransportError('x', { code: 'DEADLINE_EXCEEDED', phase: 'headers', requestSent: 'maybe' }),
      { title: 'No answer came in time', status: 504 },
    ],
    [
      'the server’s own credentials',
      new SentinelOAuthError('x', { code: 'GRANT_REFUSED', oauthError: 'invalid_client', fault: 'caller' }),
      { responsible: 'server', title: 'LivePerson’s login service refused this application' },
    ],
    [
      'a login that came too late',
      new SentinelOAuthError('x', { code: 'GRANT_REFUSED', oauthError: 'invalid_grant', fault: 'caller' }),
      { title: 'The login came too late', status: 400 },
    ],
    [
      'a bug of the server',
      new TypeError('cannot read secret of undefined'),
      { responsible: 'server', title: 'This server failed', status: 500, code: 'INTERNAL' },
    ],
    [
      'an option of the server',
      new ConfigurationError('x', { code: 'INSECURE_HTTP', option: 'discoveryUrl' }),
      { responsible: 'server', status: 500, code: 'INSECURE_HTTP' },
    ],
  ])('%s', (_name, error, expected) => {
    expect(describeFailure(error)).toMatchObject(expected);
  });

  test('of something else than a call says nothing of a function', () => {
    const view = describeFailure(
      new TransportError('x', { code: 'UNREACHABLE', phase: 'connect', requestSent: 'no', operation: 'getLambdas' }),
    );
    expect(view).not.toHaveProperty('executed');
  });

  test('of this server’s own making is not told to its users', () => {
    expect(JSON.stringify(describeFailure(new TypeError('cannot read secret of undefined')))).not.toContain(
      'secret of',
    );
  });
});
