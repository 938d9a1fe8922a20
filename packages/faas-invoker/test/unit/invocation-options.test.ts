import { ConfigurationError } from '@lp-functions/errors';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkEventId,
  checkInvocationOptions,
  checkUuid,
  functionHeaders,
  type InvocationOptions,
} from '../../src/invocation-options.ts';

/** What a JavaScript caller may pass, whatever the types say. */
function check(options: unknown): void {
  checkInvocationOptions(options as InvocationOptions);
}

describe('checkInvocationOptions', () => {
  test.each<[object]>([
    [{}],
    [{ headers: undefined, skillId: undefined, signal: undefined, idempotent: undefined }],
    [{ headers: {} }],
    [{ headers: { a: 'b', c: '' } }],
    [{ headers: [{ key: 'a', value: 'b' }] }],
    [{ skillId: '42', userId: 'ü 9', eventSource: 'my system', requestId: 'id-1' }],
    [{ signal: new AbortController().signal, timeoutMs: 1, deadlineMs: 0.5, idempotent: true }],
  ])('%j is taken', (options) => {
    expect(() => check(options)).not.toThrow();
  });

  test.each<[string, unknown]>([
    ['headers', 5],
    ['headers', null],
    ['headers', 'a: b'],
    ['headers', { a: 5 }],
    ['headers', [{ key: '', value: 'b' }]],
    ['headers', [{ key: 'a' }]],
    ['headers', [{ value: 'b' }]],
    ['headers', [null]],
    ['headers', [['a', 'b']]],
    ['skillId', 42],
    ['skillId', ''],
    ['skillId', 'a\nb'],
    ['skillId', 'x'.repeat(257)],
    ['skillId', '\ud800'],
    ['userId', {}],
    ['userId', '\u0000'],
    ['eventSource', 'a\r\nAuthorization: Bearer x'],
    ['eventSource', 'ü'],
    ['eventSource', ''],
    ['requestId', 'a\nb'],
    ['requestId', 5],
    ['signal', {}],
    ['signal', 'now'],
    ['timeoutMs', 0],
    ['timeoutMs', -1],
    ['timeoutMs', Number.NaN],
    ['timeoutMs', Number.POSITIVE_INFINITY],
    ['timeoutMs', '100'],
    ['deadlineMs', 0],
    ['idempotent', 'yes'],
    ['idempotent', 1],
  ])('%s: %j is refused by its name', (option, value) => {
    expect(() => check({ [option]: value })).toThrow(ConfigurationError);
    expect(() => check({ [option]: value })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', option }));
    expect(() => check({ [option]: value })).toThrow(new RegExp(`^${option} `));
  });

  test.each(['url', 'domain', 'method', 'accountId', 'toString', '__proto__', 'constructor'])(
    'J27: there is no option %s, and the message lists the ones that exist',
    (option) => {
      const options = JSON.parse(`{${JSON.stringify(option)}:"x"}`) as object;
      expect(() => check(options)).toThrow(expect.objectContaining({ code: 'UNKNOWN_OPTION', option }));
      expect(() => check(options)).toThrow(/headers, skillId, userId/);
    },
  );

  test.each([[null], [5], ['text'], [true], [() => 1]])('%j are no options', (options) => {
    expect(() => check(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', option: 'options' }));
  });
});

describe('functionHeaders', () => {
  test('an object and a list become the same list', () => {
    expect(functionHeaders({ a: 'b' })).toEqual([{ key: 'a', value: 'b' }]);
    expect(functionHeaders([{ key: 'a', value: 'b' }])).toEqual([{ key: 'a', value: 'b' }]);
    expect(functionHeaders(undefined)).toEqual([]);
  });

  test('J27: fields beside key and value do not travel along', () => {
    const entry = { key: 'a', value: 'b', secret: 'c' };
    expect(functionHeaders([entry])).toEqual([{ key: 'a', value: 'b' }]);
  });
});

describe('checkUuid', () => {
  test.each(['6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55', '6B1D5F0E-3C0A-4B52-9F0E-2A1F6D1C7E55'])('%s is one', (uuid) => {
    expect(() => checkUuid(uuid)).not.toThrow();
  });

  test.each<[unknown]>([
    [undefined],
    [null],
    [5],
    [''],
    ['undefined'],
    ['../../../account/999/lambdas/victim'],
    ['6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e5'],
    ['6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55\n'],
    ['6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55/..'],
    [['6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55']],
  ])('J28: %j is none', (uuid) => {
    expect(() => checkUuid(uuid as string)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', code: 'INVALID_OPTION', option: 'uuid' }),
    );
  });
});

describe('checkEventId', () => {
  test.each(['controllerbot_messaging_new_conversation', 'my.event-1', 'a~b', 'x'.repeat(128)])('%s is one', (id) => {
    expect(() => checkEventId(id)).not.toThrow();
  });

  test.each<[unknown]>([
    [undefined],
    [5],
    [''],
    ['.'],
    ['..'],
    ['a/b'],
    ['a?b'],
    ['a#b'],
    ['a%2Fb'],
    ['a b'],
    ['a\r\nb'],
    ['ä'],
    ['a\u0000'],
    ['my_event\n'],
    ['x'.repeat(129)],
    [['my_event']],
  ])('J28: %j is none', (id) => {
    expect(() => checkEventId(id as string)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', code: 'INVALID_OPTION', option: 'eventId' }),
    );
  });

  test('J28: whatever passes is one path segment that no URL parser changes', () => {
    const hostile = fc.array(
      fc.constantFrom('/', '\\', '.', '..', '?', '#', '%', '%2e', ' ', '\r', '\n', 'ä', 'a', '~'),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          hostile.map((parts) => parts.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (id) => {
          try {
            checkEventId(id);
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigurationError);
            return;
          }
          expect(new URL(`https://host/events/${id}/invoke`).pathname).toBe(`/events/${id}/invoke`);
        },
      ),
    );
  });
});
