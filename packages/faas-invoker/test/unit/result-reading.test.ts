import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readResult } from '../../src/result-reading.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

describe('readResult', () => {
  test.each<[string, string, string | undefined, unknown]>([
    ['nothing', '', undefined, undefined],
    ['nothing, said to be JSON', '', JSON_TYPE, undefined],
    ['blanks and line breaks only', ' \r\n', JSON_TYPE, undefined],
    ['an object', '{"n":1}', JSON_TYPE, { n: 1 }],
    ['a bare string', '"success"', JSON_TYPE, 'success'],
    ['null', 'null', JSON_TYPE, null],
    ['a number around blanks', ' 5\n', JSON_TYPE, 5],
    ['JSON under a wrong type', '[1]', 'text/html', [1]],
    ['JSON without a type', 'true', undefined, true],
    ['JSON as plain text is its value', '42', 'text/plain', 42],
    ['plain text', 'hello', 'text/plain', 'hello'],
    ['plain text, type in capitals and with a charset', 'hello', ' Text/Plain;charset=utf-8', 'hello'],
  ])('%s', (_name, text, type, value) => {
    expect(readResult(text, type)).toEqual({ readable: true, value });
  });

  test.each<[string, string, string | undefined]>([
    ['HTML', '<html></html>', 'text/html'],
    ['truncated JSON', '{"n":', JSON_TYPE],
    ['text that says it is JSON', 'hello', JSON_TYPE],
    ['text without a type', 'hello', undefined],
    ['text of another kind', 'hello', 'text/plainish'],
  ])('%s is not readable', (_name, text, type) => {
    expect(readResult(text, type)).toEqual({ readable: false });
  });

  test('every JSON value comes back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(readResult(text, undefined)).toEqual({ readable: true, value: JSON.parse(text) });
      }),
    );
  });
});
