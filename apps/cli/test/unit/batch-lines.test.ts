import { array, assert, asyncProperty, integer, string } from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { readCsv } from '../../src/invoke/batch/csv-records.ts';
import { splitLines } from '../../src/invoke/batch/jsonl-lines.ts';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** The bytes of a text in pieces of this size. */
async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function linesOf(text: string, size = 7): Promise<string[]> {
  return (await all(splitLines(pieces(text, size)))).map((line) => line.text);
}

describe('splitLines', () => {
  it('splits at line ends wherever the pieces of a stream break, also within a character', async () => {
    const line = string({ unit: 'grapheme', maxLength: 8 }).map((text) => text.replaceAll(/[\r\n\uFEFF]/g, ' '));
    await assert(
      asyncProperty(array(line), integer({ min: 1, max: 9 }), async (lines, size) => {
        expect(await linesOf(lines.map((text) => `${text}\n`).join(''), size)).toEqual(lines);
      }),
    );
  });

  test.each([
    ['', []],
    ['a', ['a']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['\n\na', ['', '', 'a']],
    ['"\u2028\u2029\u0085"\nb', ['"\u2028\u2029\u0085"', 'b']],
    ['\uFEFF{"n":1}\n', ['{"n":1}']],
  ])('%j', async (text, lines) => {
    expect(await linesOf(text)).toEqual(lines);
  });

  it('refuses what is no UTF-8, and a line without an end, by its number', async () => {
    async function* wrong(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from([0x61, 0x0a, 0xff, 0x0a]));
    }
    await expect(all(splitLines(wrong()))).rejects.toThrow('line 2 is not UTF-8');
    await expect(all(splitLines(pieces('a\nbbbbbbbb', 4), 6))).rejects.toThrow('line 2 is longer than 6 bytes');
  });
});

describe('readCsv', () => {
  it('gives objects of texts, and the line on which each row begins', async () => {
    const text = '\uFEFFsku,note\r\na-1,"two\r\nlines, and ""quotes"""\r\n\r\nb-2,\r\n007,=1+1';
    expect(await all(readCsv(pieces(text, 5)))).toEqual([
      { line: 2, fields: { sku: 'a-1', note: 'two\r\nlines, and "quotes"' } },
      { line: 5, fields: { sku: 'b-2', note: '' } },
      { line: 6, fields: { sku: '007', note: '=1+1' } },
    ]);
  });

  it('keeps a field that is named like a method of objects', async () => {
    const [row] = await all(readCsv(pieces('__proto__,toString\n1,2\n', 99)));
    expect(JSON.stringify(row?.fields)).toBe('{"__proto__":"1","toString":"2"}');
  });

  test.each([
    ['a,b\n\n1\n', 'line 3: it has 1 field, and the first row has another number'],
    ['a,b\n1,2,3\n', 'line 2: it has 3 fields, and the first row has another number'],
    ['a,b\n1,"x', 'line 2: a quoted field has no quote at its end'],
    ['a,b\n1,"x"y\n', 'line 2: there is text behind a closing quote; a quote within a quoted field is doubled'],
    ['a,b\n1,2\n3,x"y\n', 'line 3: there is a quote within a field that does not begin with one'],
    ['a,a\n1,2\n', 'names "a" twice'],
    ['a,\n1,2\n', 'has no name'],
    ['a;b\n1;2\n', 'not separated by commas'],
  ])('refuses %j: %s', async (text, message) => {
    await expect(all(readCsv(pieces(text, 3)))).rejects.toThrow(message);
  });

  it('takes no more of a stream than it needs', async () => {
    let taken = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('n\n');
      for (;;) {
        taken += 1;
        yield await Promise.resolve(Buffer.from(`${String(taken)}\n`.repeat(100)));
      }
    }
    for await (const { fields } of readCsv(endless())) if (fields['n'] === '3') break;
    expect(taken).toBeLessThan(2_000);
  });
});
