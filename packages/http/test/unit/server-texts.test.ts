import { describe, expect, it } from 'vitest';
import { isRecord, parseJsonObject, shorten } from '../../src/index.ts';

describe('parseJsonObject, isRecord', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['{}', {}],
    ['[1]', undefined],
    ['null', undefined],
    ['"a"', undefined],
    ['{"a":', undefined],
    ['', undefined],
  ])('%s', (text, object) => {
    expect(parseJsonObject(text)).toEqual(object);
  });

  it.each([null, undefined, 5, 'a', [], () => 1])('%s is no record', (value) => {
    expect(isRecord(value)).toBe(false);
  });
});

describe('shorten', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc…'],
    ['', 0, ''],
  ])('%j to %d is %j', (text, characters, shown) => {
    expect(shorten(text, characters)).toBe(shown);
  });
});
