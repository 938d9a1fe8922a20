import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeAuthorization } from '../../src/login/authorize-check.ts';
import { type BrowserPlace, chooseBrowser } from '../../src/login/browser.ts';
import { loginFailedPage } from '../../src/login/callback-page.ts';
import { readPastedAnswer } from '../../src/login/pasted-answer.ts';
import { callbackAddress } from '../../src/login/redirect-uri.ts';

describe('callbackAddress', () => {
  it.each([
    [
      'http://localhost:8787/callback',
      { addresses: ['127.0.0.1', '::1'], port: 8787, path: '/callback', host: 'localhost:8787' },
    ],
    ['http://127.0.0.1:4000/', { addresses: ['127.0.0.1'], port: 4000, path: '/', host: '127.0.0.1:4000' }],
    ['http://127.9.9.9:4000', { addresses: ['127.9.9.9'], port: 4000, path: '/', host: '127.9.9.9:4000' }],
    ['http://[::1]:4000/a/b?c=d', { addresses: ['::1'], port: 4000, path: '/a/b', host: '[::1]:4000' }],
    ['http://app.localhost/x', { addresses: ['127.0.0.1', '::1'], port: 80, path: '/x', host: 'app.localhost' }],
  ])('%s', (uri, address) => {
    expect(callbackAddress(uri)).toEqual(address);
  });

  it.each([
    'https://localhost:8787/callback',
    'https://app.example/callback',
    'http://app.example/callback',
    'http://localhost.example/',
  ])('%s cannot be listened on', (uri) => {
    expect(callbackAddress(uri)).toBeUndefined();
  });

  it.each([
    '',
    'callback',
    '/callback',
    'localhost:8787/callback',
    'file:///etc/passwd',
    'http://localhost/#a',
    'http://localhost/#',
  ])('%s is none', (uri) => {
    expect(() => callbackAddress(uri)).toThrow(expect.objectContaining({ code: 'REDIRECT_URI_INVALID' }));
  });
});

describe('readPastedAnswer', () => {
  it.each([
    [
      'http://localhost:8787/callback?code=abc&state=x',
      { kind: 'address', address: 'http://localhost:8787/callback?code=abc&state=x' },
    ],
    ['  <http://localhost/?code=a>  ', { kind: 'address', address: 'http://localhost/?code=a' }],
    ['/callback?code=abc', { kind: 'address', address: '/callback?code=abc' }],
    ['code=abc&state=x', { kind: 'address', address: 'code=abc&state=x' }],
    ['state=x&error=access_denied', { kind: 'address', address: 'state=x&error=access_denied' }],
    ['SplxlOBeZQQYbYS6WxSbIA', { kind: 'code', code: 'SplxlOBeZQQYbYS6WxSbIA' }],
    ['a%2Fb%3Dc%20defgh', { kind: 'code', code: 'a/b=c defgh' }],
    ['half%escaped%', { kind: 'code', code: 'half%escaped%' }],
    ['', undefined],
    ['   ', undefined],
    ['what?', undefined],
    ['two words of text', undefined],
    ['x'.repeat(2049), undefined],
  ])('%j', (text, answer) => {
    expect(readPastedAnswer(text)).toEqual(answer);
  });

  it('takes any text without failing, and never makes a code of one with blanks', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const answer = readPastedAnswer(text);
        if (answer?.kind === 'code') expect(text.trim()).not.toMatch(/\s/);
      }),
    );
  });
});

describe('chooseBrowser', () => {
  const place: BrowserPlace = { platform: 'linux', browser: undefined, display: false, remote: false, wsl: false };
  it.each<[string, Partial<BrowserPlace>, object]>([
    ['Linux with a screen', { display: true }, { kind: 'system' }],
    ['Linux without', {}, { kind: 'none' }],
    ['Linux within Windows', { wsl: true }, { kind: 'system' }],
    ['a screen that SSH brings along', { display: true, remote: true }, { kind: 'system' }],
    ['macOS', { platform: 'darwin' }, { kind: 'system' }],
    ['macOS over SSH', { platform: 'darwin', remote: true }, { kind: 'none' }],
    ['Windows', { platform: 'win32' }, { kind: 'system' }],
    ['BROWSER=none', { display: true, browser: 'none' }, { kind: 'none' }],
    ['a command', { browser: 'firefox' }, { kind: 'command', command: 'firefox', args: [] }],
    [
      'a command with a place for the address',
      { browser: 'ff --url %s' },
      { kind: 'command', command: 'ff', args: ['--url', '%s'] },
    ],
    ['several commands', { browser: 'w3m:lynx' }, { kind: 'command', command: 'w3m', args: [] }],
    ['blanks', { browser: '  ', display: true }, { kind: 'system' }],
  ])('%s', (_what, changes, choice) => {
    expect(chooseBrowser({ ...place, ...changes })).toEqual(choice);
  });
});

describe('judgeAuthorization', () => {
  const uri = 'http://localhost:8787/callback';
  const found = (location: string, status = 302): object => judgeAuthorization({ status, headers: { location } }, uri);
  it.each<[string, number, string | undefined, object]>([
    ['the login page', 302, '/sentinel/login?x=1', { kind: 'accepted' }],
    ['a login page elsewhere', 303, 'https://login.liveperson.net/?error=no', { kind: 'accepted' }],
    ['a session that is open', 302, `${uri}?code=abc&state=x`, { kind: 'accepted' }],
    ['a page at once', 200, undefined, { kind: 'accepted' }],
    [
      'an error',
      302,
      `${uri}?error=unauthorized_client&error_description=No`,
      { kind: 'refused', error: 'unauthorized_client', description: 'No' },
    ],
    [
      'an error without description',
      302,
      `${uri}?error=invalid_scope`,
      { kind: 'refused', error: 'invalid_scope', description: undefined },
    ],
    ['bad parameters', 400, undefined, { kind: 'redirect-uri-unknown' }],
    ['an unknown app', 401, undefined, { kind: 'client-unknown' }],
    ['a failure', 500, undefined, { kind: 'unclear', status: 500 }],
    ['a redirect to nowhere', 302, undefined, { kind: 'unclear', status: 302 }],
  ])('%s', (_what, status, location, finding) => {
    expect(judgeAuthorization({ status, headers: location === undefined ? {} : { location } }, uri)).toEqual(finding);
  });

  it('an error beside no known redirect URI is read as well', () => {
    expect(judgeAuthorization({ status: 302, headers: { location: `${uri}?error=x` } }, undefined)).toMatchObject({
      kind: 'refused',
    });
    expect(found('::::')).toEqual({ kind: 'accepted' });
  });
});

it('a page shows whatever it is told as text', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (message, hint) => {
      const { html } = loginFailedPage(`<script>${message}`, `"'${hint}`);
      expect(html).not.toContain('<script>');
      expect(html.match(/<main>/g)).toHaveLength(1);
    }),
  );
});
