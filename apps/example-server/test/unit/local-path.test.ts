import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { localPath } from '../../src/login/local-path.ts';

describe('where to go after a login', () => {
  test.each([
    ['/', '/'],
    ['/functions', '/functions'],
    ['/functions?search=a%20b&x=%2F%2Fevil', '/functions?search=a%20b&x=%2F%2Fevil'],
    ['/calls/6b1d5f0e', '/calls/6b1d5f0e'],
    ['/functions#part', '/functions'],
    ['/a/../functions', '/functions'],
  ])('%s is a place here', (wanted, path) => {
    expect(localPath(wanted)).toBe(path);
  });

  test.each([
    undefined,
    null,
    7,
    ['/functions'],
    '',
    'functions',
    'https://evil.example',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/..//evil.example',
    '/.//evil.example',
    'javascript:alert(1)',
    '/login',
    '/login?returnTo=/login',
    '/callback?code=x',
    '/logout',
    '/logged-out',
    `/${'x'.repeat(600)}`,
    '/ä',
  ])('%s is none', (wanted) => {
    expect(localPath(wanted)).toBe('/');
  });

  test('whatever is wanted, a browser stays on this server', () => {
    const part = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      '%2f',
      '%5c',
      '@',
      ':',
      '?',
      '#',
      '\t',
      'evil.example',
      'https:',
      'a',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const url = new URL(localPath(`/${parts.join('')}`), 'https://app.example/login');
        expect(url.origin).toBe('https://app.example');
      }),
      { numRuns: process.env['LPFN_TEST_SOAK'] === '1' ? 100_000 : 2_000 },
    );
  });
});
