import { FaaSDetailedError, TransportError } from '@lp-functions/errors';
import { describe, expect, it } from 'vitest';
import { checkText } from '../../src/doctor/check-text.ts';
import { checkClock } from '../../src/doctor/clock-check.ts';
import { judgeGateway, judgePermission, type GatewayProbe } from '../../src/doctor/gateway-check.ts';
import { distrustOf } from '../../src/doctor/network-checks.ts';
import { pageInstead, type Sighting, witnessTransport } from '../../src/doctor/witness-transport.ts';
import type { IdentitySettings } from '../../src/settings/settings.ts';
import { decodeJwt } from '../../src/token/decoded-jwt.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const seen = (skewMs: number | undefined): Sighting => ({
  origin: 'https://api.liveperson.net',
  status: 200,
  date: skewMs === undefined ? undefined : new Date(NOW + skewMs).toUTCString(),
  sentAtMs: NOW,
  receivedAtMs: NOW + 100,
  page: undefined,
});

describe('checkClock', () => {
  it.each<[string, readonly (number | undefined)[], string, RegExp]>([
    ['no answer', [], 'skipped', /no answer told/],
    ['answers without a date', [undefined], 'skipped', /no answer told/],
    ['an unreadable date is none', [Number.NaN], 'skipped', /no answer told/],
    ['the same', [0], 'ok', /they agree/],
    ['within what an answer takes', [-1_500], 'ok', /they agree/],
    ['seconds apart', [20_000], 'ok', /20 s apart/],
    ['behind', [120_000], 'failed', /2 min behind/],
    ['ahead', [-3 * 3_600_000], 'failed', /3 h ahead/],
    ['one wrong server among right ones', [86_400_000, 0], 'ok', /they agree/],
  ])('%s', (_what, skews, status, saw) => {
    const result = checkClock(skews.map((skew) => seen(skew)));
    expect(result.status).toBe(status);
    expect(result.saw).toMatch(saw);
  });
});

describe('permission and gateway', () => {
  const app = { kind: 'app', accountId: '1', clientId: 'c' } as IdentitySettings;
  const user = { kind: 'user', accountId: '1', clientId: 'c', subject: '7' } as IdentitySettings;
  const jwt = (claims: object): string =>
    ['{"alg":"RS256"}', JSON.stringify(claims), 's'].map((part) => Buffer.from(part).toString('base64url')).join('.');
  const probe = (error: unknown, page?: GatewayProbe['page']): GatewayProbe => ({ error, page, durationMs: 12.4 });
  const refused = (code: 'FORBIDDEN' | 'UNAUTHORIZED' | 'NOT_FOUND' | 'THROTTLED', status: number): FaaSDetailedError =>
    new FaaSDetailedError('isImplemented x: refused', {
      code,
      fault: 'caller',
      status,
      platform: 'v2',
      executed: 'no',
    });

  it.each<[string, IdentitySettings, string, GatewayProbe, string, number | undefined]>([
    ['all is well', app, jwt({ aud: '1', scope: 'a faas.lambda.invoke' }), probe(undefined), 'ok', undefined],
    ['an opaque token', app, 'opaque', probe(undefined), 'ok', undefined],
    ['another account', app, jwt({ aud: '2' }), probe(undefined), 'failed', 4],
    ['a scope that only begins so', app, jwt({ scope: 'faas.lambda.invoke2' }), probe(undefined), 'failed', 6],
    ['the claims of a user are not read', user, jwt({ aud: '2', scope: '' }), probe(undefined), 'ok', undefined],
    ['403', user, 'opaque', probe(refused('FORBIDDEN', 403)), 'failed', 6],
    ['403 for an app', app, 'opaque', probe(refused('FORBIDDEN', 403)), 'failed', 6],
    ['401', user, 'opaque', probe(refused('UNAUTHORIZED', 401)), 'failed', 4],
    ['429', user, 'opaque', probe(refused('THROTTLED', 429)), 'skipped', undefined],
    [
      'a 403 that is a page of a proxy',
      user,
      'o',
      probe(refused('FORBIDDEN', 403), { saw: 'p', advice: 'a' }),
      'skipped',
      undefined,
    ],
  ])('permission: %s', (_what, identity, token, seenByProbe, status, exitCode) => {
    expect(judgePermission(identity, token, seenByProbe)).toMatchObject({
      status,
      ...(exitCode === undefined ? {} : { exitCode }),
    });
  });

  it.each<[string, GatewayProbe, string, number | undefined]>([
    ['an answer', probe(undefined), 'ok', undefined],
    ['a refusal is an answer', probe(refused('FORBIDDEN', 403)), 'ok', undefined],
    ['an event that is unknown is one', probe(refused('NOT_FOUND', 404)), 'ok', undefined],
    ['throttling', probe(refused('THROTTLED', 429)), 'failed', 8],
    ['a page', probe(refused('FORBIDDEN', 403), { saw: 'a page', advice: 'look' }), 'failed', 8],
    [
      'no connection',
      probe(new TransportError('x', { code: 'UNREACHABLE', phase: 'connect', requestSent: 'no' })),
      'failed',
      8,
    ],
    [
      'a timeout',
      probe(new TransportError('x', { code: 'ATTEMPT_TIMEOUT', phase: 'headers', requestSent: 'maybe' })),
      'failed',
      9,
    ],
    ['a mistake of ours', probe(new TypeError('x')), 'failed', 1],
  ])('gateway: %s', (_what, seenByProbe, status, exitCode) => {
    expect(judgeGateway('https://gw', seenByProbe)).toMatchObject({
      status,
      ...(exitCode === undefined ? {} : { exitCode }),
    });
  });
});

describe('distrustOf', () => {
  const facts = { protocol: 'TLSv1.3', issuer: 'ACME Proxy', validUntilMs: NOW };
  it('says who signed, and what to set', () => {
    expect(distrustOf({ ...facts, distrust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'h')?.advice).toContain(
      'NODE_EXTRA_CA_CERTS',
    );
    expect(distrustOf({ ...facts, distrust: 'CERT_HAS_EXPIRED' }, 'h')?.advice).toContain('date of this machine');
    expect(distrustOf({ ...facts, distrust: undefined }, 'h')).toBeUndefined();
  });
});

describe('a page in place of an answer', () => {
  const request = {
    method: 'POST',
    url: 'https://s.liveperson.net/token',
    headers: { authorization: 'Bearer token-in-header' },
    body: 'client_id=c&client_secret=secret-in-body',
    timeoutMs: 1,
    maxResponseBytes: 1,
  };
  const witness = (text: string): ReturnType<typeof witnessTransport> =>
    witnessTransport({
      send: () => Promise.resolve({ status: 200, headers: {}, text }),
      close: () => Promise.resolve(),
    });

  it.each([
    ['<!DOCTYPE html><title>Hello \n there\u0007</title>', 'Hello there?'],
    ['  <html><head></head></html>', undefined],
    ['<?xml version="1.0"?><html/>', undefined],
  ])('%j is one', async (text, title) => {
    const transport = witness(text);
    await transport.send(request);
    expect(transport.sightings[0]?.page).toEqual({ title });
  });

  it.each(['{"a":"<html>"}', '', '[]', '"<html>"', 'plain text'])('%j is none', async (text) => {
    const transport = witness(text);
    await transport.send(request);
    expect(pageInstead(transport.sightings, undefined)).toBeUndefined();
  });

  it('shows no secret that the server repeats in its title', async () => {
    const transport = witness('<html><title>You sent secret-in-body and token-in-header</title></html>');
    await transport.send(request);
    const told = JSON.stringify(pageInstead(transport.sightings, undefined));
    expect(told).not.toContain('secret-in-body');
    expect(told).not.toContain('token-in-header');
  });
});

describe('checkText', () => {
  const colors = { green: String, red: String, yellow: String, dim: String };
  const check = {
    stage: 'token',
    status: 'failed',
    tried: 'asked for a token of the app',
    saw: 'HTTP 401 came back',
    advice: 'Check the secret of the app',
  } as const;
  it('folds on a terminal, and not on a pipe', () => {
    expect(checkText(check, { symbols: true, columns: 50, colors })).toBe(
      [
        '✗ token          asked for a token of the app',
        '                 HTTP 401 came back',
        '                 → Check the secret of the app',
      ].join('\n'),
    );
    expect(
      checkText({ ...check, saw: 'word '.repeat(12).trim() }, { symbols: true, columns: 50, colors }).split('\n'),
    ).toHaveLength(4);
    expect(
      checkText({ ...check, saw: 'word '.repeat(99).trim() }, { symbols: false, columns: undefined, colors }).split(
        '\n',
      ),
    ).toHaveLength(3);
  });
  it('says why something was not tried', () => {
    expect(
      checkText(
        { stage: 'tls', status: 'skipped', tried: 'x', saw: 'plain http' },
        { symbols: false, columns: undefined, colors },
      ),
    ).toBe('skipped  tls            not tried: plain http');
  });
});

describe('decodeJwt', () => {
  const part = (text: string): string => Buffer.from(text).toString('base64url');
  it.each(['', 'a.b', 'a.b.c', `${part('{}')}.${part('[]')}.x`, `${part('{}')}.${part('1')}.x`, 'f'.repeat(64)])(
    '%j is none',
    (token) => {
      expect(decodeJwt(token)).toBeUndefined();
    },
  );
  it('reads header and claims', () => {
    expect(decodeJwt(`${part('{"alg":"none"}')}.${part('{"sub":"ü"}')}.`)).toEqual({
      header: { alg: 'none' },
      claims: { sub: 'ü' },
    });
  });
});
