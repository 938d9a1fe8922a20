import { ConfigurationError } from '@lp-functions/errors';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { serializeInput } from '../../src/invocation-payload.ts';

function serialize(payload: unknown): string {
  return serializeInput({ timestamp: 1, headers: [], payload });
}

function failureOf(payload: unknown): ConfigurationError {
  try {
    serialize(payload);
  } catch (error) {
    return error as ConfigurationError;
  }
  throw new Error('it was written');
}

const cycle: Record<string, unknown> = { list: [1] };
cycle['again'] = { back: cycle };

function nested(depth: number, innermost: unknown): unknown {
  let value = innermost;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

const throwing = {
  toJSON() {
    throw new Error('not today');
  },
};

describe('serializeInput', () => {
  test.each<[unknown, string]>([
    [{ n: 1 }, '{"timestamp":1,"headers":[],"payload":{"n":1}}'],
    ['text', '{"timestamp":1,"headers":[],"payload":"text"}'],
    [null, '{"timestamp":1,"headers":[],"payload":null}'],
    [undefined, '{"timestamp":1,"headers":[]}'],
    [new Date(0), '{"timestamp":1,"headers":[],"payload":"1970-01-01T00:00:00.000Z"}'],
    [{ toJSON: () => 'own form' }, '{"timestamp":1,"headers":[],"payload":"own form"}'],
  ])('%j', (payload, body) => {
    expect(serialize(payload)).toBe(body);
  });

  test('headers stand where the function looks for them', () => {
    expect(serializeInput({ timestamp: 0, headers: [{ key: 'a', value: 'b' }], payload: 1 })).toBe(
      '{"timestamp":0,"headers":[{"key":"a","value":"b"}],"payload":1}',
    );
  });

  test('what was shared by two places is no cycle', () => {
    const shared = { n: 1 };
    expect(failureOf({ a: shared, b: shared, c: 1n }).option).toBe('payload.c');
  });

  test.each<[string, unknown, string, RegExp]>([
    ['a function', () => 1, 'payload', /a function/],
    ['a symbol', Symbol('s'), 'payload', /a symbol/],
    ['a BigInt', 5n, 'payload', /a BigInt/],
    ['a BigInt inside', { list: [1, { big: 5n }] }, 'payload.list[1].big', /a BigInt/],
    ['a boxed BigInt', { big: Object(5n) as unknown }, 'payload.big', /a BigInt/],
    ['a BigInt under an odd key', { 'a b': { '': 5n } }, 'payload["a b"][""]', /a BigInt/],
    ['a cycle', cycle, 'payload.again.back', /a reference to something that contains it/],
    ['a toJSON that throws', throwing, 'payload', /toJSON/],
    ['a toJSON that throws, inside', { list: [throwing] }, 'payload.list[0]', /toJSON/],
    ['a toJSON that gives a BigInt', { at: { toJSON: () => ({ ms: 5n }) } }, 'payload.at.ms', /a BigInt/],
    ['a getter that throws', { a: { get b() { throw new Error('no'); } } }, 'payload.a.b', /cannot be read/], // prettier-ignore
    ['a proxy that refuses', { a: new Proxy({}, { ownKeys() { throw new Error('no'); } }) }, 'payload.a', /cannot be read/], // prettier-ignore
  ])('%s is named by its path', (_name, payload, option, message) => {
    const error = failureOf(payload);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ code: 'PAYLOAD_NOT_SERIALIZABLE', option, executed: 'no', retryable: false });
    expect(error.message).toMatch(message);
    expect(error.message.startsWith(option)).toBe(true);
  });

  test('what is nested deeper than the engine can follow fails as any other payload', () => {
    const error = failureOf(nested(100_000, 1));
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'PAYLOAD_NOT_SERIALIZABLE' });
    expect(error.message.length).toBeLessThan(500);
  });

  test('a toJSON that never ends with a plain value fails as any other payload', () => {
    const endless = (): unknown => ({ toJSON: () => ({ inner: endless() }) });
    expect(failureOf(endless())).toMatchObject({ name: 'ConfigurationError', code: 'PAYLOAD_NOT_SERIALIZABLE' });
  });

  test('what cannot be found again is told all the same', () => {
    let reads = 0;
    const fickle = { get n() { return reads++ === 0 ? 5n : 5; } }; // prettier-ignore
    const error = failureOf(fickle);
    expect(error).toMatchObject({ option: 'payload', message: 'payload cannot be written as JSON' });
    expect(error.cause).toMatchObject({ message: expect.stringContaining('BigInt') as string });
  });

  test('the cause is named, without what hangs on the original', () => {
    const original = Object.assign(new Error('not today'), { request: { authorization: 'Bearer token' } });
    const error = failureOf({ toJSON: () => { throw original; } }); // prettier-ignore
    expect(error.cause).toMatchObject({ message: 'not today' });
    expect(JSON.stringify(Object.entries(error.cause as object))).not.toContain('Bearer');
  });

  test('what JSON can hold is written, and anything else is a ConfigurationError', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
        (payload) => {
          try {
            expect(JSON.parse(serialize(payload))).toMatchObject({ timestamp: 1 });
          } catch (error) {
            expect(error).toMatchObject({ code: 'PAYLOAD_NOT_SERIALIZABLE' });
            expect((error as ConfigurationError).option).toMatch(/^payload/);
          }
        },
      ),
    );
  });
});
