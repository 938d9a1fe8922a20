import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  aborted,
  attemptTimeout,
  describeFailure,
  type ExchangeProgress,
  responseTooLarge,
  transportClosed,
} from '../../src/transport-failure.ts';
import { failureOf } from '../leak-check.ts';

const HTTPS = 'https://user:pass@gateway.example:8443/path?token=s3cr3t-token';
const HTTP = 'http://gateway.example/path';

const systemError = (code: string, fields: object = {}) =>
  Object.assign(new Error(`${code} happened`), { code, ...fields });
const at = (stage: ExchangeProgress['stage'], url = HTTPS) => ({ stage, url });

describe('describeFailure', () => {
  it.each([
    ['ENOTFOUND', {}, HTTPS, 'lookup', 'UNREACHABLE'],
    ['EAI_AGAIN', {}, HTTP, 'lookup', 'UNREACHABLE'],
    ['EAI_FAIL', { syscall: 'getaddrinfo' }, HTTPS, 'lookup', 'UNREACHABLE'],
    ['ECONNREFUSED', {}, HTTPS, 'connect', 'UNREACHABLE'],
    ['ETIMEDOUT', { syscall: 'connect' }, HTTPS, 'connect', 'UNREACHABLE'],
    ['EACCES', { syscall: 'connect' }, HTTPS, 'connect', 'UNREACHABLE'],
    ['UND_ERR_CONNECT_TIMEOUT', {}, HTTPS, 'connect', 'UNREACHABLE'],
    ['ECONNRESET', { syscall: 'read' }, HTTPS, 'tls', 'TLS_FAILED'],
    ['ECONNRESET', { syscall: 'read' }, HTTP, 'connect', 'UNREACHABLE'],
    ['CERT_HAS_EXPIRED', {}, HTTPS, 'tls', 'TLS_FAILED'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', {}, HTTPS, 'tls', 'TLS_FAILED'],
    ['EPROTO', {}, HTTP, 'tls', 'TLS_FAILED'],
    ['UND_ERR_INVALID_ARG', {}, HTTPS, 'connect', 'REQUEST_INVALID'],
    ['ERR_INVALID_CHAR', {}, HTTP, 'connect', 'REQUEST_INVALID'],
    ['EMFILE', {}, HTTP, 'connect', 'UNREACHABLE'],
  ])('%s %j to %s before it was sent: %s, %s', (code, fields, url, phase, expected) => {
    expect(describeFailure(systemError(code, fields), at('opening', url))).toMatchObject({
      code: expected,
      phase,
      requestSent: 'no',
    });
  });

  it.each([
    ['ECONNREFUSED', 'sent', 'headers', 'CONNECTION_LOST'],
    ['ECONNRESET', 'sent', 'headers', 'CONNECTION_LOST'],
    ['ENOTFOUND', 'sent', 'headers', 'CONNECTION_LOST'],
    ['EPIPE', 'answering', 'body', 'CONNECTION_LOST'],
    ['HPE_INVALID_CONSTANT', 'sent', 'headers', 'RESPONSE_MALFORMED'],
    ['HPE_HEADER_OVERFLOW', 'sent', 'headers', 'RESPONSE_MALFORMED'],
    ['UND_ERR_HEADERS_OVERFLOW', 'sent', 'headers', 'RESPONSE_MALFORMED'],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'answering', 'body', 'CONNECTION_LOST'],
    ['UND_ERR_INVALID_ARG', 'sent', 'headers', 'CONNECTION_LOST'],
  ] as const)('%s when it was %s: %s, %s', (code, stage, phase, expected) => {
    expect(describeFailure(systemError(code), at(stage))).toMatchObject({
      code: expected,
      phase,
      requestSent: 'maybe',
    });
  });

  it('finds the code along the causes, and among the failures of several addresses', () => {
    const inner = systemError('ECONNREFUSED', { syscall: 'connect' });
    const both = new AggregateError([inner, systemError('ENETUNREACH')], '');
    for (const error of [new Error('a', { cause: inner }), new Error('a', { cause: both }), both]) {
      expect(describeFailure(error, at('opening')).message).toBe(
        'no connection to gateway.example:8443 (ECONNREFUSED)',
      );
    }
    expect((describeFailure(both, at('opening')).cause as Error).message).toBe(
      'ECONNREFUSED happened; ENETUNREACH happened',
    );
  });

  it('does not follow causes for ever', () => {
    const error = new Error('a');
    error.cause = error;
    expect(describeFailure(error, at('opening')).message).toBe('the TLS handshake with gateway.example:8443 failed');
  });

  it('understands errors of another realm, as under a test runner', () => {
    const foreign = runInNewContext(`Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' })`) as Error;
    expect(foreign).not.toBeInstanceOf(Error);
    const failure = describeFailure(foreign, at('opening'));
    expect(failure).toMatchObject({ phase: 'lookup', cause: { message: 'getaddrinfo', code: 'ENOTFOUND' } });
  });

  it.each([[undefined], [null], ['text'], [42]])('takes %s', (thrown) => {
    expect(describeFailure(thrown, at('sent'))).toMatchObject({ code: 'CONNECTION_LOST' });
  });
});

describe('every failure', () => {
  const { signal } = new AbortController();
  it.each([
    ['opening', 'connect', 'no'],
    ['sent', 'headers', 'maybe'],
    ['answering', 'body', 'maybe'],
  ] as const)('%s: %s, %s', (stage, phase, requestSent) => {
    for (const failure of [attemptTimeout(5, at(stage)), aborted(signal, at(stage)), transportClosed(at(stage))]) {
      expect(failure).toMatchObject({ phase, requestSent });
    }
  });

  it('before an exchange is of the phase connect', () => {
    for (const failure of [aborted(signal), transportClosed()]) {
      expect(failure).toMatchObject({ phase: 'connect', requestSent: 'no' });
    }
  });

  it('shows of the URL only the host, and takes what is none', () => {
    for (const url of [HTTPS, 'nonsense']) {
      const failures = [
        describeFailure(systemError('EPIPE'), at('sent', url)),
        attemptTimeout(5, at('sent', url)),
        responseTooLarge(5, url),
      ];
      for (const failure of failures) {
        expect(JSON.stringify(failure)).not.toMatch(/s3cr3t|pass|path/);
        expect(failure.message).toContain(url === HTTPS ? 'gateway.example:8443' : '[not a URL]');
      }
    }
  });
});

describe('a transport whose library is not installed', () => {
  afterEach(() => {
    vi.doUnmock('got');
    vi.doUnmock('undici');
    vi.resetModules();
  });

  it.each(['got', 'undici'])('%s: TRANSPORT_FAILED, and the next request tries again', async (library) => {
    vi.resetModules();
    let tries = 0;
    vi.doMock(library, () => {
      tries++;
      throw new Error('Cannot find package');
    });
    const { createGotTransport, createUndiciTransport } = await import('../../src/index.ts');
    const transport = library === 'got' ? createGotTransport() : createUndiciTransport();
    const request = { method: 'GET', url: 'http://127.0.0.1:1/', headers: {}, timeoutMs: 1_000, maxResponseBytes: 1 };
    for (const expected of [1, 2]) {
      expect(await failureOf(transport.send(request))).toMatchObject({
        code: 'TRANSPORT_FAILED',
        requestSent: 'no',
        phase: 'connect',
        message: `${library} could not be imported`,
      });
      expect(tries).toBe(expected);
    }
    const last = failureOf(transport.send(request));
    await transport.close();
    expect(await last).toMatchObject({ name: 'TransportError', requestSent: 'no' });
  });
});
