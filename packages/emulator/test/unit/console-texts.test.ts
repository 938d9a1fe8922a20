import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { explained } from '../../console/answer-explanation.ts';
import type { InvocationView } from '../../console/emulator-views.ts';
import { FAULT_PRESETS, isActive, whatOf, whereOf } from '../../console/fault-text.ts';
import { parsedJson, prettyText } from '../../console/json-text.ts';
import { latencyText, spanText, timeOfDay, utcText } from '../../console/time-text.ts';
import { checkFault } from '../../src/fault-definition.ts';

describe('JSON that a person wrote', () => {
  test.each([
    ['{"a":1}', { ok: true, value: { a: 1 } }],
    ['', { ok: false, message: 'There is no JSON. An empty object is {}.' }],
    [' \n', { ok: false, message: 'There is no JSON. An empty object is {}.' }],
  ])('%j', (text, expected) => {
    expect(parsedJson(text)).toEqual(expected);
  });

  const MISTAKES: readonly (readonly [string, string])[] = [
    ['{"a": 1,\n "b": }', 'Line 2, column 7: a value is expected.'],
    ['{\n  "a": x\n}', 'Line 2, column 8: x means nothing in JSON; names and texts are in double quotes.'],
    ['{"a":', 'Line 1, column 6: a value is expected.'],
    ['{"a":1,\r\n}', 'Line 2, column 1: the name of a field is expected, in double quotes.'],
    ['{"a" 1}', 'Line 1, column 6: a colon is expected.'],
    ['{"a":1\n"b":2}', 'Line 2, column 1: a comma is expected.'],
    ['[1,\n2', 'Line 2, column 2: a closing bracket is expected.'],
    ['{"a":{}', 'Line 1, column 8: a closing brace is expected.'],
    ['{}\n}', 'Line 2, column 1: nothing more is expected.'],
    ['// x\n1', 'Line 1, column 1: JSON has no comments.'],
    ['{"a":"b\n"}', 'Line 1, column 6: the text that begins here does not end on its line.'],
    ['[1.]', 'Line 1, column 2: the number is not complete.'],
    ['["good", "ba\\d"]', 'Line 1, column 13: there is no such escape; a backslash itself is written \\\\.'],
    ['["\\u12"]', 'Line 1, column 3: \\u needs four hexadecimal digits.'],
    ['["a\tb"]', 'Line 1, column 4: a control character is written as an escape, such as \\n or \\t.'],
    ['["\u007f\tb"]', 'Line 1, column 4: a control character is written as an escape, such as \\n or \\t.'],
    ["{'a':1}", "Line 1, column 2: 'a' means nothing in JSON; names and texts are in double quotes."],
    [`[${'@'.repeat(30)}]`, `Line 1, column 2: ${'@'.repeat(20)}… means nothing in JSON.`],
  ];
  test.each(MISTAKES)('%j is told with its place', (text, message) => {
    expect(parsedJson(text)).toEqual({ ok: false, message });
  });

  test('in the words of no engine: what JSON.parse says is not read', () => {
    const parse = vi.spyOn(JSON, 'parse').mockImplementation(() => {
      throw new SyntaxError('JSON Parse error: Unexpected token');
    });
    try {
      for (const [text, message] of MISTAKES) expect(parsedJson(text)).toEqual({ ok: false, message });
    } finally {
      parse.mockRestore();
    }
  });

  test('every mistake has a place in the text', () => {
    const text = fc
      .tuple(
        fc.json({ depthSize: 'small' }),
        fc.nat(),
        fc.constantFrom('', ',', '}', ']', '"', ':', '\n', '\\', 'x', '-', '\u00a0', '\u0000', '/*'),
      )
      .map(
        ([json, at, put]) =>
          `${json.slice(0, at % (json.length + 1))}${put}${json.slice((at % (json.length + 1)) + 1)}`,
      );
    fc.assert(
      fc.property(text, (wrong) => {
        const parsed = parsedJson(wrong);
        if (parsed.ok || wrong.trim() === '') return;
        const [, line, column] = /^Line (\d+), column (\d+): .+\.$/s.exec(parsed.message) ?? [];
        const lines = wrong.split(/\r\n|[\r\n]/);
        expect(Number(line)).toBeLessThanOrEqual(lines.length);
        expect(Number(column)).toBeLessThanOrEqual((lines[Number(line) - 1]?.length ?? -1) + 1);
        expect(parsed.message).not.toContain('it is not JSON');
      }),
      { numRuns: 300 },
    );
    expect(parsedJson(`${'['.repeat(200_000)}x`)).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^Line 1, /) as string,
    });
  });

  test('is spread out where it is an object or a list, and else left as it is', () => {
    expect(prettyText('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
    for (const text of ['12345678901234567890', '"x"', '{broken', 'text', '']) expect(prettyText(text)).toBe(text);
  });
});

describe('an answer is explained as the client does', () => {
  const answer: InvocationView = {
    stage: 'gateway',
    outcome: 'answered',
    status: 200,
    body: '1',
    durationMs: 1,
    requestIds: [],
    ran: [],
    logs: [],
  };
  test.each<[Partial<InvocationView>, string, string]>([
    [{}, 'Success', ''],
    [{ status: 202 }, 'Success', ''],
    [{ status: 901, body: '{"code":"c","message":"m"}' }, 'The function failed', 'FaaSLambdaError: c: m'],
    [{ status: 901, body: '{"errorCode":"c","errorMsg":"m"}' }, 'The function failed', 'FaaSLambdaError: c: m'],
    [
      { status: 500, body: '{"code":"com.customer.faas.x","message":"m"}' },
      'The function failed',
      'FaaSLambdaError: com.customer.faas.x: m',
    ],
    [{ status: 404, body: 'no json' }, 'The platform refused', 'FaaSDetailedError'],
    [{ status: 503, body: 'null' }, 'The platform refused', 'FaaSDetailedError'],
    [
      { stage: 'sentinel', status: 401, body: '{"error":"invalid_client"}' },
      'No token',
      'SentinelOAuthError: invalid_client',
    ],
    [{ outcome: 'cut', problem: 'gone' }, 'No answer', 'TransportError: gone'],
    [{ outcome: 'timed-out', problem: 'late' }, 'Timed out', 'TransportError: late'],
  ])('%j', (more, title, detail) => {
    expect(explained({ ...answer, ...more })).toEqual({ tone: title === 'Success' ? 'good' : 'bad', title, detail });
  });
});

describe('faults', () => {
  test('every preset is a fault, and is said in words', () => {
    for (const { definition } of FAULT_PRESETS) {
      expect(() => checkFault(definition)).not.toThrow();
      expect(whatOf(definition)).not.toBe('nothing');
      expect(whereOf(definition)).not.toBe('every request');
    }
  });

  test('are described by what they do and to which requests', () => {
    const definition = { service: 'gateway', status: 503, times: 2, skip: 1, probability: 0.5, halfBody: true };
    expect(whatOf(definition)).toBe('status 503, halfBody');
    expect(whereOf(definition)).toBe('gateway, after 1, 2 times, 50 % of them');
    expect(whatOf({})).toBe('nothing');
    expect(whereOf({})).toBe('every request');
  });

  test('are active while they are on and not used up', () => {
    const fault = { id: 1, definition: { times: 2 }, hits: 1, enabled: true };
    expect(isActive(fault)).toBe(true);
    expect(isActive({ ...fault, hits: 2 })).toBe(false);
    expect(isActive({ ...fault, enabled: false })).toBe(false);
    expect(isActive({ ...fault, definition: {}, hits: 99 })).toBe(true);
  });
});

test('times and spans', () => {
  expect(timeOfDay(new Date(2026, 0, 2, 3, 4, 5, 6).getTime())).toBe('03:04:05.006');
  expect(utcText(Date.UTC(2026, 0, 31, 23, 59, 59))).toBe('2026-01-31 23:59:59');
  expect([0.04, 9.96, 12.4, 9_999, 12_345].map(latencyText)).toEqual([
    '0.0 ms',
    '10.0 ms',
    '12 ms',
    '9999 ms',
    '12.3 s',
  ]);
  expect([0, 400, 59_000, 60_000, 3_599_999, 28_740_000, 90_000_000, -3_600_000].map(spanText)).toEqual([
    '0 s',
    '0 s',
    '59 s',
    '1 m',
    '1 h',
    '7 h 59 m',
    '1 d 1 h',
    '1 h',
  ]);
});
