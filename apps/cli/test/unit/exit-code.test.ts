import {
  ConfigurationError,
  DomainDiscoveryError,
  FaaSDetailedError,
  FaaSLambdaError,
  SentinelOAuthError,
  TransportError,
} from '@lp-functions/errors';
import { describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../src/terminal/exit-code.ts';
import { MissingSettingError } from '../../src/settings/settings.ts';
import { UsageError } from '../../src/terminal/usage-error.ts';

const refused = (code: FaaSDetailedError['code']): FaaSDetailedError =>
  new FaaSDetailedError('', {
    code: code as 'NOT_FOUND',
    fault: 'platform',
    status: 500,
    platform: 'v2',
    executed: 'no',
  });
const broken = (code: 'UNREACHABLE' | 'ATTEMPT_TIMEOUT' | 'ABORTED', operation: string): TransportError =>
  new TransportError('', { code, phase: 'connect', requestSent: 'no', operation });

describe('exitCodeOf', () => {
  it.each([
    ['a mistake in lpfn', new TypeError('x'), 1],
    ['no error at all', undefined, 1],
    ['a wrong command line', new UsageError('x'), 2],
    ['a wrong argument', new ConfigurationError('', { code: 'INVALID_OPTION', option: 'uuid' }), 2],
    ['a wrong payload', new ConfigurationError('', { code: 'PAYLOAD_NOT_SERIALIZABLE', option: 'payload.a' }), 2],
    ['a wrong setting', new ConfigurationError('', { code: 'INVALID_OPTION', option: 'accountId' }), 3],
    ['a missing setting', new MissingSettingError('x', 'y'), 3],
    ['a refused grant', new SentinelOAuthError('', { code: 'GRANT_REFUSED' }), 4],
    ['Sentinel out of reach', broken('UNREACHABLE', 'clientCredentials'), 4],
    ['a refused token', refused('UNAUTHORIZED'), 4],
    ['an unknown account', new DomainDiscoveryError('', { code: 'ACCOUNT_NOT_FOUND' }), 5],
    ['the Domain API out of reach', broken('UNREACHABLE', 'discover'), 5],
    ['a refusal', refused('NOT_FOUND'), 6],
    ['an unreadable answer', refused('RESPONSE_UNREADABLE'), 6],
    [
      'a failed function',
      new FaaSLambdaError('', {
        code: 'FUNCTION_THREW',
        fault: 'function',
        status: 901,
        platform: 'v2',
        executed: 'yes',
      }),
      7,
    ],
    ['throttling', refused('THROTTLED'), 8],
    ['a platform out of order', refused('PLATFORM_FAILURE'), 8],
    ['the gateway out of reach', broken('UNREACHABLE', 'invokeByUuid'), 8],
    ['a timeout, at whatever stage', broken('ATTEMPT_TIMEOUT', 'discover'), 9],
    ['an interruption', broken('ABORTED', 'invokeByUuid'), 130],
  ])('%s', (_what, error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });
});
