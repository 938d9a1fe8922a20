import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  DomainDiscoveryError,
  FaaSDetailedError,
  FaaSError,
  FaaSLambdaError,
  SentinelOAuthError,
  TransportError,
} from '../../src/index.ts';

const context = {
  operation: 'invokeByUuid',
  accountId: '12345678',
  target: '0b1b4e59-4a9d-4c0b-9c0c-3a4b5c6d7e8f',
  requestId: '7f6f7d2e-0a0f-4d58-8a5c-d1d0c0ffee00',
  attempts: 2,
};

const CLASSES = [
  {
    name: 'FaaSError',
    error: new FaaSError('went wrong', { ...context, code: 'ANY', fault: 'platform', hint: 'Do this.' }),
    fields: { code: 'ANY', fault: 'platform', executed: 'no', retryable: false, hint: 'Do this.', ...context },
  },
  {
    name: 'ConfigurationError',
    error: new ConfigurationError('went wrong', { ...context, code: 'INVALID_OPTION', option: 'auth.clientSecret' }),
    fields: {
      code: 'INVALID_OPTION',
      fault: 'caller',
      executed: 'no',
      retryable: false,
      option: 'auth.clientSecret',
      ...context,
    },
  },
  {
    name: 'TransportError',
    error: new TransportError('went wrong', {
      ...context,
      code: 'CONNECTION_LOST',
      phase: 'headers',
      requestSent: 'maybe',
      executed: 'maybe',
      retryable: true,
      retryAfterMs: 5_000,
    }),
    fields: {
      code: 'CONNECTION_LOST',
      fault: 'network',
      executed: 'maybe',
      retryable: true,
      phase: 'headers',
      requestSent: 'maybe',
      retryAfterMs: 5_000,
      ...context,
    },
  },
  {
    name: 'DomainDiscoveryError',
    error: new DomainDiscoveryError('went wrong', {
      ...context,
      code: 'DISCOVERY_REFUSED',
      service: 'faasGW',
      status: 403,
    }),
    fields: {
      code: 'DISCOVERY_REFUSED',
      fault: 'platform',
      executed: 'no',
      retryable: false,
      service: 'faasGW',
      status: 403,
      ...context,
    },
  },
  {
    name: 'SentinelOAuthError',
    error: new SentinelOAuthError('went wrong', {
      ...context,
      code: 'GRANT_REFUSED',
      fault: 'caller',
      status: 400,
      oauthError: 'invalid_client',
      oauthErrorDescription: 'No such client.',
    }),
    fields: {
      code: 'GRANT_REFUSED',
      fault: 'caller',
      executed: 'no',
      retryable: false,
      status: 400,
      oauthError: 'invalid_client',
      oauthErrorDescription: 'No such client.',
      ...context,
    },
  },
  {
    name: 'FaaSDetailedError',
    error: new FaaSDetailedError('went wrong', {
      ...context,
      code: 'NOT_FOUND',
      fault: 'caller',
      executed: 'no',
      status: 404,
      platform: 'v2',
      platformCode: 'com.liveperson.faas.function.not-found',
      platformMessage: 'Not there.',
      v1Code: 'com.liveperson.faas.es.missinglambda',
    }),
    fields: {
      code: 'NOT_FOUND',
      fault: 'caller',
      executed: 'no',
      retryable: false,
      status: 404,
      platform: 'v2',
      platformCode: 'com.liveperson.faas.function.not-found',
      platformMessage: 'Not there.',
      v1Code: 'com.liveperson.faas.es.missinglambda',
      ...context,
    },
  },
  {
    name: 'FaaSLambdaError',
    error: new FaaSLambdaError('went wrong', {
      ...context,
      code: 'FUNCTION_THREW',
      fault: 'function',
      executed: 'yes',
      status: 901,
      platform: 'v1',
      logs: [{ level: 'Error', message: 'boom', timestamp: 1, extras: [] }],
    }),
    fields: {
      code: 'FUNCTION_THREW',
      fault: 'function',
      executed: 'yes',
      retryable: false,
      status: 901,
      platform: 'v1',
      logs: [{ level: 'Error', message: 'boom', timestamp: 1, extras: [] }],
      ...context,
    },
  },
] as const;

describe.each(CLASSES)('$name', ({ name, error, fields }) => {
  it('is an Error whose name is a literal on the prototype', () => {
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(FaaSError);
    expect(error.name).toBe(name);
    expect(Object.hasOwn(error, 'name')).toBe(false);
    expect(error.stack).toContain(`${name}: went wrong`);
  });

  it('shows exactly the fields that have a value', () => {
    expect(Object.fromEntries(Object.entries(error))).toEqual(fields);
  });

  it('serialises name, message and fields', () => {
    expect(JSON.parse(JSON.stringify(error))).toEqual({ name, message: 'went wrong', ...fields });
  });

  it('prints its fields, not its brand', () => {
    const printed = inspect(error, { depth: 10 });
    for (const field of Object.keys(fields)) expect(printed).toContain(field);
    expect(printed).not.toContain('Symbol(');
  });
});

describe('inheritance', () => {
  it('makes a failed function a refusal by the platform, too', () => {
    expect(CLASSES[6].error).toBeInstanceOf(FaaSDetailedError);
  });

  it.each([
    ['ABORTED', 'caller'],
    ['CLOSED', 'caller'],
    ['REQUEST_INVALID', 'caller'],
    ['UNREACHABLE', 'network'],
    ['REDIRECT_REFUSED', 'network'],
  ] as const)('blames %s on the %s', (code, fault) => {
    expect(new TransportError('x', { code, phase: 'connect', requestSent: 'no' }).fault).toBe(fault);
  });
});

describe('cause', () => {
  const withCause = (cause: unknown) =>
    new TransportError('outer', { code: 'CONNECTION_LOST', phase: 'headers', requestSent: 'maybe', cause });

  it('is absent where there is none', () => {
    expect(Object.hasOwn(withCause(undefined), 'cause')).toBe(false);
    expect(withCause(undefined).toJSON()).not.toHaveProperty('cause');
  });

  it('is shortened to name, message and code', () => {
    const cause = Object.assign(new RangeError('inner'), {
      code: 'EPIPE',
      request: { headers: { authorization: 'x' } },
    });
    expect(withCause(cause).toJSON()['cause']).toEqual({ name: 'RangeError', message: 'inner', code: 'EPIPE' });
  });

  it('leaves out a code that is a number, as a DOMException has it', () => {
    const { signal } = new AbortController();
    expect(withCause(signal.reason).toJSON()).not.toHaveProperty('cause');
    expect(withCause(AbortSignal.abort().reason).toJSON()['cause']).toEqual({
      name: 'AbortError',
      message: 'This operation was aborted',
    });
  });

  it('keeps every field of an error of this family, down the chain', () => {
    const inner = new SentinelOAuthError('inner', {
      code: 'GRANT_REFUSED',
      oauthError: 'invalid_client',
      cause: 'why',
    });
    expect(withCause(inner).toJSON()['cause']).toMatchObject({
      name: 'SentinelOAuthError',
      oauthError: 'invalid_client',
      cause: 'why',
    });
  });

  it.each([['a text'], [42], [false]])('shows %j, which a signal may have been aborted with', (reason) => {
    expect(withCause(reason).toJSON()['cause']).toBe(reason);
  });

  it.each([[{ token: 'x' }], [null], [Symbol('x')], [10n]])('leaves out what is no error', (reason) => {
    expect(JSON.parse(JSON.stringify(withCause(reason)))).not.toHaveProperty('cause');
  });

  it('is shortened though it comes from another realm', () => {
    expect(withCause({ name: 'Error', message: 'inner', code: 'ECONNRESET', secret: 1 }).toJSON()['cause']).toEqual({
      name: 'Error',
      message: 'inner',
      code: 'ECONNRESET',
    });
  });

  it('may be a circle', () => {
    const first = withCause(undefined);
    const second = new TransportError('second', {
      code: 'UNREACHABLE',
      phase: 'connect',
      requestSent: 'no',
      cause: first,
    });
    first.cause = second;
    expect(JSON.parse(JSON.stringify(first))).toMatchObject({ cause: { message: 'second' } });
    expect(second.toJSON()['cause']).not.toHaveProperty('cause');
  });
});
