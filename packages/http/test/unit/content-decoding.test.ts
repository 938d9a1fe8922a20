import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BodyTooLargeError, decodeBody } from '../../src/content-decoding.ts';

const TEXT = 'pässwörd 日本語 😀 '.repeat(20);
const bytes = Buffer.from(TEXT);
const LIMIT = 1_000_000;

describe('decodeBody', () => {
  it.each([
    ['nothing', undefined, bytes],
    ['an empty name', '', bytes],
    ['identity', 'identity', bytes],
    ['gzip', 'gzip', gzipSync(bytes)],
    ['gzip in upper case with blanks', ' GZIP ', gzipSync(bytes)],
    ['x-gzip', 'x-gzip', gzipSync(bytes)],
    ['deflate', 'deflate', deflateSync(bytes)],
    ['br', 'br', brotliCompressSync(bytes)],
    ['two in the order they were applied', 'deflate, gzip', gzipSync(deflateSync(bytes))],
  ])('undoes %s', (_name, encoding, body) => {
    expect(decodeBody([body], encoding, LIMIT)).toBe(TEXT);
  });

  it.each([[[]], [[Buffer.alloc(0)]], [[Buffer.alloc(0), Buffer.alloc(0)]]])(
    'takes an empty body for an empty text',
    (chunks) => {
      expect(decodeBody(chunks, undefined, LIMIT)).toBe('');
      expect(decodeBody(chunks, 'gzip', LIMIT)).toBe('');
      expect(decodeBody(chunks, 'zstd', LIMIT)).toBe('');
    },
  );

  it.each([
    ['an unknown encoding', 'zstd', bytes],
    ['one that is only claimed', 'gzip', bytes],
    ['one that is cut short', 'gzip', gzipSync(bytes).subarray(0, 30)],
    ['one that is claimed twice', 'gzip, gzip', gzipSync(bytes)],
  ])('refuses %s', (_name, encoding, body) => {
    expect(() => decodeBody([body], encoding, LIMIT)).toThrow(Error);
    expect(() => decodeBody([body], encoding, LIMIT)).not.toThrow(BodyTooLargeError);
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(10_000_000))],
    ['deflate', deflateSync(Buffer.alloc(10_000_000))],
    ['br', brotliCompressSync(Buffer.alloc(10_000_000))],
    ['gzip, gzip', gzipSync(gzipSync(Buffer.alloc(10_000_000)))],
  ])('stops at the limit when a small body of %s swells', (encoding, body) => {
    expect(body.length).toBeLessThan(20_000);
    expect(() => decodeBody([body], encoding, LIMIT)).toThrow(BodyTooLargeError);
  });

  it('takes exactly the limit', () => {
    const body = gzipSync(Buffer.alloc(1_000, 0x61));
    expect(decodeBody([body], 'gzip', 1_000)).toHaveLength(1_000);
    expect(() => decodeBody([body], 'gzip', 999)).toThrow(BodyTooLargeError);
  });

  it('strips one byte order mark', () => {
    expect(decodeBody([Buffer.from('\ufeff{"n":1}')], undefined, LIMIT)).toBe('{"n":1}');
    expect(decodeBody([Buffer.from('\ufeff\ufeffx')], undefined, LIMIT)).toBe('\ufeffx');
  });

  it('puts characters together that were cut between chunks', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 20 }),
        fc.array(fc.nat(80), { maxLength: 5 }),
        (text, cuts) => {
          fc.pre(!text.startsWith('\ufeff'));
          const whole = Buffer.from(text);
          const edges = [0, ...cuts.map((cut) => Math.min(cut, whole.length)), whole.length].sort((a, b) => a - b);
          const chunks = edges.slice(1).map((edge, index) => whole.subarray(edges[index], edge));
          expect(decodeBody(chunks, undefined, LIMIT)).toBe(whole.toString('utf8'));
        },
      ),
    );
  });
});
