import { describe, expect, it, test } from 'vitest';
import { resultText } from '../../src/invoke/result-form.ts';
import { applyQuery, QueryFailedError, readQuery } from '../../src/invoke/result-query.ts';

const ORDER = {
  items: [
    { id: 'a', price: 3 },
    { id: 'b', price: 5 },
  ],
  note: 'x',
};

describe('readQuery', () => {
  test.each([
    ['items[0].price', 3],
    ['items[?price > `4`].id', ['b']],
    ['sum(items[].price)', 8],
    ['missing.field', null],
    ['toString', null],
    ['{ a: constructor, b: note }', { b: 'x' }],
    ['@', ORDER],
  ])('%s', (expression, result) => {
    expect(readQuery(expression)(ORDER)).toEqual(result);
  });

  it('answers null where there is no result', () => {
    expect(readQuery('a')(undefined)).toBeNull();
  });

  test.each(['', 'a[', 'a b', 'foo(', 'no_such_function(a)', 'items[].no_such_function(id)', 'a | b | nope(@)'])(
    '%j is a mistake in the command line, before anything is sent',
    (expression) => {
      expect(() => readQuery(expression)).toThrow(expect.objectContaining({ code: 'USAGE' }));
    },
  );

  it('keeps the result of a function that ran when the query does not fit it', () => {
    const query = readQuery('sum(note)');
    const failing = (): unknown => applyQuery(query, ORDER, 'my-id');
    expect(failing).toThrow(QueryFailedError);
    expect.assertions(3);
    try {
      failing();
    } catch (error) {
      expect((error as QueryFailedError).toJSON()).toMatchObject({
        code: 'QUERY_FAILED',
        executed: 'yes',
        result: ORDER,
      });
      expect((error as QueryFailedError).requestId).toBe('my-id');
    }
  });
});

describe('resultText', () => {
  test.each([
    [{ a: 1 }, 'json', '{"a":1}'],
    [{ a: 1 }, 'pretty', '{\n  "a": 1\n}'],
    [{ a: 1 }, 'raw', '{"a":1}'],
    ['two\nlines', 'raw', 'two\nlines'],
    ['text', 'json', '"text"'],
    [null, 'raw', 'null'],
    [undefined, 'raw', undefined],
    [undefined, 'pretty', undefined],
  ] as const)('%j as %s', (result, form, text) => {
    expect(resultText(result, form)).toBe(text);
  });
});
