import { anything, array, assert, integer, jsonValue, option, property, record, string, uuid } from 'fast-check';
import { parse } from 'csv-parse/sync';
import { describe, expect, it, test } from 'vitest';
import { outcomeFormat, type OutcomeRecord } from '../../src/invoke/batch/outcome-record.ts';

const line = integer({ min: 1, max: 999_999_999 });
const succeeded = record({ line, result: jsonValue(), requestId: uuid() }).map((fields): OutcomeRecord => ({
  ...fields,
  ok: true,
}));
const failed = record({
  line,
  message: string({ unit: 'binary' }),
  details: option(jsonValue()),
  requestId: option(uuid()),
}).map(({ message, details, ...fields }): OutcomeRecord => ({
  ...fields,
  ok: false,
  error: { name: 'FaaSLambdaError', message, code: 'FUNCTION_THREW', executed: 'yes', details },
}));

/** Ordered as JSON text orders them: `{ line, ok, … }`. */
function ordered(outcome: OutcomeRecord): OutcomeRecord {
  const { line: number, ok, ...rest } = outcome;
  return { line: number, ok, ...rest } as OutcomeRecord;
}

describe.each(['out.jsonl', 'out.csv'])('outcomes in %s', (path) => {
  const format = outcomeFormat(path);

  it('are one line each, and read again', () => {
    assert(
      property(succeeded, failed, (good, bad) => {
        for (const outcome of [ordered(good), ordered(bad)]) {
          const text = format.write(outcome);
          expect(text.indexOf('\n')).toBe(text.length - 1);
          const { ok } = outcome;
          expect(format.read(text.slice(0, -1))).toEqual({
            line: outcome.line,
            ok,
            ...(ok ? {} : { code: 'FUNCTION_THREW' }),
          });
        }
      }),
    );
  });

  it('are told from anything else', () => {
    assert(
      property(anything(), (value) => {
        expect(format.read(JSON.stringify(value) ?? '')).toBeUndefined();
      }),
    );
  });
});

describe('CSV', () => {
  it('C14: comes through a CSV parser as it was, whatever texts hold', () => {
    const format = outcomeFormat('out.csv');
    assert(
      property(array(succeeded, { minLength: 1 }), failed, (good, bad) => {
        const all = [...good, bad];
        const rows = parse<Record<string, string>>(
          format.header + all.map((outcome) => format.write(outcome)).join(''),
          {
            columns: true,
            relax_column_count: false,
          },
        );
        expect(rows).toHaveLength(all.length);
        for (const [at, outcome] of all.entries()) {
          const row = rows[at] ?? {};
          expect(row['line']).toBe(String(outcome.line));
          expect(row['ok']).toBe(String(outcome.ok));
          expect(row['requestId']).toBe(outcome.requestId ?? '');
          if (outcome.ok) expect(JSON.parse(row['result'] ?? '')).toEqual(JSON.parse(JSON.stringify(outcome.result)));
          else expect(JSON.parse(row['error'] ?? '')).toEqual(JSON.parse(JSON.stringify(outcome.error)));
        }
      }),
    );
  });
});

describe('outcomeFormat', () => {
  test.each(['out', 'out.txt', 'csv', 'out.csv.gz'])('does not guess at %s', (path) => {
    expect(() => outcomeFormat(path)).toThrow('the ending says the format');
  });

  it('writes a function that returned nothing as null', () => {
    const text = outcomeFormat(undefined).write({ line: 1, ok: true, result: undefined, requestId: 'x' });
    expect(JSON.parse(text)).toEqual({ line: 1, ok: true, result: null, requestId: 'x' });
  });
});
