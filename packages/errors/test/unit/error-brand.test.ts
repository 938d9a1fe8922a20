import { describe, expect, it, vi } from 'vitest';
import * as first from '../../src/index.ts';

vi.resetModules();
// A second evaluation of every module, as two installed versions of the package in one program.
const second = await import('../../src/index.ts');

type Copy = typeof first;

const make = (copy: Copy) => ({
  ConfigurationError: new copy.ConfigurationError('x', { code: 'INVALID_OPTION', option: 'o' }),
  TransportError: new copy.TransportError('x', { code: 'UNREACHABLE', phase: 'lookup', requestSent: 'no' }),
  DomainDiscoveryError: new copy.DomainDiscoveryError('x', { code: 'SERVICE_NOT_FOUND' }),
  SentinelOAuthError: new copy.SentinelOAuthError('x', { code: 'LOCK_LOST' }),
  FaaSDetailedError: new copy.FaaSDetailedError('x', {
    code: 'NOT_FOUND',
    fault: 'caller',
    executed: 'no',
    status: 404,
    platform: 'v1',
  }),
  FaaSLambdaError: new copy.FaaSLambdaError('x', {
    code: 'FUNCTION_THREW',
    fault: 'function',
    executed: 'yes',
    status: 901,
    platform: 'v1',
  }),
  InvocationQueueError: new copy.InvocationQueueError('x', { code: 'WORKER_LOST' }),
});

const guardsOf = (copy: Copy) => ({
  ConfigurationError: copy.isConfigurationError,
  TransportError: copy.isTransportError,
  DomainDiscoveryError: copy.isDomainDiscoveryError,
  SentinelOAuthError: copy.isSentinelOAuthError,
  FaaSDetailedError: copy.isFaaSDetailedError,
  FaaSLambdaError: copy.isFaaSLambdaError,
  InvocationQueueError: copy.isInvocationQueueError,
});

type ClassName = keyof ReturnType<typeof make>;
const NAMES = Object.keys(guardsOf(first)) as ClassName[];

describe.each([
  ['the first copy', 'the second', first, second],
  ['the second copy', 'the first', second, first],
] as const)('an error of %s', (_made, _asked, maker, asker) => {
  it.each(NAMES)('%s is recognised by the other copy, though it is no instance of its class', (name) => {
    const error = make(maker)[name];
    expect(error).not.toBeInstanceOf(asker.FaaSError);
    expect(asker.isFaaSError(error)).toBe(true);
    const recognised = NAMES.filter((guard) => guardsOf(asker)[guard](error));
    expect(recognised).toEqual(name === 'FaaSLambdaError' ? ['FaaSDetailedError', 'FaaSLambdaError'] : [name]);
  });

  it('keeps its fields as the cause of an error of the other copy', () => {
    const cause = make(maker).SentinelOAuthError;
    const error = new asker.FaaSError('outer', { code: 'X', fault: 'platform', cause });
    expect(error.toJSON()['cause']).toEqual(cause.toJSON());
  });
});

describe('what is not of this family', () => {
  it.each([
    [undefined],
    [null],
    ['FaaSError'],
    [new Error('x')],
    [{ name: 'TransportError', code: 'UNREACHABLE' }],
    [Object.assign(new Error('x'), { name: 'FaaSLambdaError' })],
    [structuredClone(make(first).TransportError)],
  ])('%s passes no guard', (value) => {
    expect(first.isFaaSError(value)).toBe(false);
    for (const guard of Object.values(guardsOf(first))) expect(guard(value)).toBe(false);
  });
});
