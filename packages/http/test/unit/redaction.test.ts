import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secretsOfHeaders } from '../../src/header-secrets.ts';
import { createScrubber, safeCause } from '../../src/index.ts';

const json = (text: string) => JSON.stringify(text).slice(1, -1);
const unicodeEscaped = (text: string) =>
  Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');
const strictPercent = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*~._-]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const html = (text: string) =>
  text.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c] ?? c);

/** How servers, gateways and their log formatters write a text that they echo. */
const SPELLINGS: readonly (readonly [string, (secret: string) => string])[] = [
  ['as it is', (secret) => secret],
  ['upper case', (secret) => secret.toUpperCase()],
  ['encodeURIComponent', (secret) => encodeURIComponent(secret)],
  ['strict percent-encoding', strictPercent],
  ['lower-case percent-encoding', (secret) => strictPercent(secret).toLowerCase()],
  ['encodeURI', (secret) => encodeURI(secret)],
  ['percent-encoding twice', (secret) => encodeURIComponent(encodeURIComponent(secret))],
  ['form', (secret) => new URLSearchParams({ s: secret }).toString().slice(2)],
  ['JSON', json],
  ['JSON in JSON', (secret) => json(json(secret))],
  ['JSON with escaped slashes (PHP)', (secret) => json(secret).replaceAll('/', '\\/')],
  ['JSON with escaped HTML (Gson)', (secret) => json(secret).replace(/[=&<>']/g, (c) => unicodeEscaped(c))],
  ['JSON in ASCII (Python)', (secret) => json(secret).replace(/[\u0080-\uffff]/g, (c) => unicodeEscaped(c))],
  ['HTML', html],
  ['Base64', (secret) => Buffer.from(secret).toString('base64')],
  ['Base64 in JSON (Gson)', (secret) => Buffer.from(secret).toString('base64').replaceAll('=', '\\u003d')],
  ['Base64 in a URL', (secret) => encodeURIComponent(Buffer.from(secret).toString('base64'))],
  ['Base64url', (secret) => Buffer.from(secret).toString('base64url')],
  ['hex', (secret) => Buffer.from(secret).toString('hex')],
];

/** Base64 of a text in which the secret is only a part. */
const EMBEDDED: readonly (readonly [string, (secret: string) => string])[] = [
  ['Basic credentials', (secret) => Buffer.from(`client:${secret}`).toString('base64')],
  ['Basic credentials, one byte on', (secret) => Buffer.from(`client1:${secret}`).toString('base64')],
  ['Basic credentials, two bytes on', (secret) => Buffer.from(`client12:${secret}`).toString('base64')],
  ['Base64 of a form', (secret) => Buffer.from(`a=b&client_secret=${secret}&c=d`).toString('base64')],
];

/** What is left of a secret in a text, in ten characters or more, in this spelling. */
function leftOf(spelled: string, shown: string): string | undefined {
  for (let at = 0; at + 10 <= spelled.length; at++) {
    const part = spelled.slice(at, at + 10);
    if (shown.includes(part)) return part;
  }
  return undefined;
}

describe('createScrubber', () => {
  const SECRETS = [
    's3cr3t-value-0123456789',
    'a+b&c%d=e#f/g?h i~j!k',
    '^$.*+?()[]{}|\\/regex-0123',
    'quote"back\\slash\'tick`nl\n-tab\t-end',
    '<script>&amp;</script>=',
    'pässwörd-ñandú-日本語-😀-secret',
    'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl-_',
    '%41%42%43%2525-percent',
    '\\\\\\\\\\\\\\\\\\\\\\\\',
    'ends-with-lone-\ud83d',
  ];

  describe.each(SECRETS)('%j', (secret) => {
    it.each(SPELLINGS)('is gone from its spelling: %s', (_name, spell) => {
      let spelled: string;
      try {
        spelled = spell(secret);
      } catch {
        // encodeURIComponent refuses a lone surrogate, and so no server can have echoed it.
        return;
      }
      const shown = createScrubber([secret])(`before ${spelled} after`);
      expect(leftOf(spelled, shown)).toBeUndefined();
      expect(shown).toMatch(/^before \[secret\]=* after$/s);
    });

    it.each(EMBEDDED)('is gone from what it is a part of: %s', (_name, spell) => {
      const spelled = spell(secret);
      const shown = createScrubber([secret])(spelled);
      expect(shown).toContain('[secret]');
      const sharedCharacters = 2;
      const ownCharacters = Math.floor((Buffer.byteLength(secret) * 8) / 6) - sharedCharacters;
      expect(shown.replace('[secret]', '').length).toBeLessThanOrEqual(spelled.length - ownCharacters);
    });
  });

  it('leaves text alone that holds no secret', () => {
    expect(createScrubber(['abcdefgh'])('nothing abcdefg here')).toBe('nothing abcdefg here');
  });

  it.each([[[]], [['']]])('does nothing with %j', (secrets) => {
    expect(createScrubber(secrets)('any text')).toBe('any text');
  });

  it.each([
    [['abcdef', 'defghi'], 'x abcdefghi y', 'x [secret] y'],
    [['abc', 'abcdef'], 'x abcdef abc y', 'x [secret] [secret] y'],
    [['abcdef', 'bcd'], 'x abcdef y', 'x [secret] y'],
    [['aXa'], 'x aXaXa y', 'x [secret] y'],
    [['same', 'same'], 'same', '[secret]'],
    [['one', 'two'], 'onetwo', '[secret][secret]'],
  ])('%j: %s becomes %s', (secrets, text, shown) => {
    expect(createScrubber(secrets)(text)).toBe(shown);
    expect(createScrubber(secrets.toReversed())(text)).toBe(shown);
  });

  it('can be used again', () => {
    const scrub = createScrubber(['abcdef']);
    expect([scrub('abcdef'), scrub('abcdef'), scrub('x')]).toEqual(['[secret]', '[secret]', 'x']);
  });

  it.each([
    ['backslashes', '\\'.repeat(200_000)],
    ['percent signs', '%25'.repeat(70_000)],
    ['almost the secret', 'aaaa"'.repeat(40_000)],
    ['entities', '&#000000'.repeat(25_000)],
  ])('does not choke on much text of %s', (_name, text) => {
    const scrub = createScrubber(['\\"\\"\\"\\"\\"\\"\\"', '%%%%%%%%%%', 'aaaa"aaaa"b', '&&&&&&&&']);
    expect(scrub(text).length).toBeGreaterThan(0);
  });

  it('removes any secret from any text, in the spellings of the platform', () => {
    const secret = fc.string({ minLength: 6, maxLength: 40, unit: 'binary' });
    const text = fc.string({ maxLength: 40 });
    fc.assert(
      fc.property(secret, text, text, (value, before, after) => {
        fc.pre(!'[secret]'.includes(value));
        const scrub = createScrubber([value]);
        const wellFormed = Buffer.from(value).toString('utf8');
        for (const spelled of [
          value,
          json(value),
          encodeURIComponent(wellFormed),
          Buffer.from(value).toString('base64'),
        ]) {
          const shown = scrub(`${before}${spelled}${after}`);
          expect(shown).toContain('[secret]');
          expect(scrub(spelled)).toMatch(/^\\{0,4}\[secret\]=*$/);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('secretsOfHeaders', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  it.each([
    [{ authorization: 'Bearer abcdef' }, ['abcdef']],
    [{ Authorization: 'bearer   abcdef ' }, ['abcdef']],
    [{ authorization: 'abcdef' }, ['abcdef']],
    [{ 'Proxy-Authorization': 'Bearer abcdef' }, ['abcdef']],
    [{ 'x-api-key': 'abcdef' }, ['abcdef']],
    [{ authorization: 'DPoP abcdef', dpop: 'proof-proof' }, ['abcdef', 'proof-proof']],
    [{ 'x-api-version': '2.0', 'x-flag': '1' }, []],
    [{}, []],
    [{ authorization: '' }, []],
  ])('%j: %j', (headers, expected) => {
    expect(secretsOfHeaders(headers as Record<string, string>)).toEqual(expected);
  });

  it('takes Basic credentials apart, form-encoded ones too', () => {
    expect(secretsOfHeaders({ authorization: basic('client:pa:ss') })).toContain('pa:ss');
    expect(secretsOfHeaders({ authorization: basic('client:a%2Bb+c%26d') })).toContain('a+b c&d');
    expect(secretsOfHeaders({ authorization: basic('client:100%') })).toContain('100%');
    expect(secretsOfHeaders({ authorization: basic('nothing-else') })).toContain('nothing-else');
  });

  it('takes quoted parameters apart, and leaves short ones', () => {
    const header = 'OAuth oauth_version="1.0", oauth_token="tok%2Ben-value", oauth_signature="sig%3Dnature"';
    const secrets = secretsOfHeaders({ authorization: header });
    expect(secrets).toEqual(expect.arrayContaining(['tok%2Ben-value', 'tok+en-value', 'sig%3Dnature', 'sig=nature']));
    expect(secrets).not.toContain('1.0');
  });

  it('takes cookies apart', () => {
    expect(secretsOfHeaders({ cookie: 'session=abcdef; theme=on' })).toEqual(['session=abcdef; theme=on', 'abcdef']);
  });
});

describe('safeCause', () => {
  it('keeps name, message and code, and nothing else', () => {
    const error = Object.assign(new TypeError('no'), {
      code: 'EPIPE',
      options: { headers: { authorization: 's3cr3t' } },
    });
    error.cause = new Error('s3cr3t');
    const copy = safeCause(error);
    expect(copy).toBeInstanceOf(Error);
    expect([copy.name, copy.message, (copy as NodeJS.ErrnoException).code]).toEqual(['TypeError', 'no', 'EPIPE']);
    expect(inspect(copy, { depth: 10, showHidden: true })).not.toContain('s3cr3t');
  });

  it('scrubs the message', () => {
    expect(safeCause(new Error('with s3cr3t'), createScrubber(['s3cr3t'])).message).toBe('with [secret]');
    expect(safeCause('with s3cr3t', createScrubber(['s3cr3t'])).message).toBe('with [secret]');
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [42, '42'],
    ['text', 'text'],
    [Symbol('x'), 'Symbol(x)'],
    [Object.create(null), '[object Object]'],
    [{ message: 'of another realm', name: 'Error' }, 'of another realm'],
    [{ message: 7, code: 9 }, '[object Object]'],
    [new AggregateError([new Error('first'), 'second'], ''), 'first; second'],
    [new AggregateError([new Error('first')], 'all'), 'all'],
  ])('makes an Error of %s', (thrown, message) => {
    expect(safeCause(thrown).message).toBe(message);
  });
});
