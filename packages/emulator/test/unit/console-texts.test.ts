import { describe, expect, test } from 'vitest';
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
    [
      '{\n  "a": x\n}',
      { ok: false, message: expect.stringMatching(/^(?:Line 2, column 8|Not JSON): .+\.$/) as string },
    ],
    ['{"a":', { ok: false, message: expect.stringMatching(/^(?:Line 1, column 6|Not JSON): .+\.$/) as string }],
  ])('%j', (text, expected) => {
    expect(parsedJson(text)).toEqual(expected);
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
