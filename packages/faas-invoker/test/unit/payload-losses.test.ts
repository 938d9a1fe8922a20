import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { ConfigurationError } from '@lp-functions/errors';
import { serializeInput } from '../../src/invocation-payload.ts';
import type { UndefinedProperties } from '../../src/payload-losses.ts';

function serialize(payload: unknown, undefinedProperties?: UndefinedProperties): string {
  return serializeInput({ timestamp: 1, headers: [], payload }, undefinedProperties);
}

function refusalOf(payload: unknown, undefinedProperties?: UndefinedProperties): ConfigurationError {
  try {
    serialize(payload, undefinedProperties);
  } catch (error) {
    return error as ConfigurationError;
  }
  throw new Error('it was written');
}

class Order {
  readonly id = 1;
}

describe('K18: what JSON would lose without a word is named by its path', () => {
  test.each<[string, unknown, string, RegExp]>([
    ['undefined in a list', { items: [1, undefined] }, 'payload.items[1]', /undefined/],
    ['undefined in an object', { a: { b: undefined } }, 'payload.a.b', /undefined/],
    ['a hole in a list', { items: [1, , 3] }, 'payload.items[1]', /undefined/], // eslint-disable-line no-sparse-arrays -- the case
    ['an invalid date', { at: new Date(Number.NaN) }, 'payload.at', /an invalid date/],
    ['NaN', { a: [Number.NaN] }, 'payload.a[0]', /NaN/],
    ['infinity', Number.NEGATIVE_INFINITY, 'payload', /-Infinity/],
    ['a function inside', { on: () => 1 }, 'payload.on', /a function/],
    ['a symbol inside', [Symbol('s')], 'payload[0]', /a symbol/],
    ['inside a class', { order: Object.assign(new Order(), { at: Number.NaN }) }, 'payload.order.at', /NaN/],
    ['a Node stream', { file: Readable.from(['a']) }, 'payload.file', /a stream/],
    ['a web stream', new ReadableStream(), 'payload', /a stream/],
    ['a Blob', { file: new Blob(['a']) }, 'payload.file', /a Blob/],
    ['an async generator', { a: (async function* () { yield await Promise.resolve(1); })() }, 'payload.a', /asynchronous iterable/], // prettier-ignore
    ['a promise', { a: Promise.resolve(1) }, 'payload.a', /a promise/],
    ['a Map', { a: new Map([[1, 2]]) }, 'payload.a', /a Map/],
  ])('%s', (_name, payload, option, message) => {
    expect(() => serialize(payload)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', code: 'PAYLOAD_NOT_SERIALIZABLE', option, executed: 'no' }),
    );
    expect(() => serialize(payload)).toThrow(message);
  });

  test.each<[string, unknown]>([
    ['no payload', undefined],
    ['null', null],
    ['dates', { at: new Date(0) }],
    ['instances', new Order()],
    ['what writes itself', { at: { toJSON: () => 1, lost: undefined } }],
    ['no prototype', Object.assign(Object.create(null) as object, { a: 1 })],
    ['bytes', { bytes: Buffer.from('a') }],
  ])('%s may pass', (_name, payload) => {
    expect(() => serialize(payload)).not.toThrow();
  });

  test('the error for undefined says where it is, and what to do', () => {
    const property = refusalOf({ customer: { notes: undefined } });
    expect(property.message).toBe(
      'payload.customer.notes cannot be written as JSON: it is undefined, which JSON leaves out without a word',
    );
    expect(property.hint).toBe(
      "Leave the property out, send null, or set undefinedProperties: 'omit'. Nothing was sent.",
    );
    const element = refusalOf([1, undefined]);
    expect(element.message).toBe('payload[1] cannot be written as JSON: it is undefined, which JSON turns into null');
    expect(element.hint).toBe('Leave the element out, or send null. Nothing was sent.');
    expect(refusalOf(Number.NaN).hint).toBe('Convert it to something that JSON has. Nothing was sent.');
  });

  test("undefinedProperties: 'omit' leaves them out, and nothing else", () => {
    const order = Object.assign(new Order(), { at: undefined });
    const sent = serialize({ a: undefined, b: [{ c: undefined, d: 1 }], order }, 'omit');
    expect(JSON.parse(sent)).toMatchObject({ payload: { b: [{ d: 1 }], order: { id: 1 } } });
    expect(sent).not.toMatch(/"(?:a|c|at)"/);
    expect(refusalOf({ a: [undefined] }, 'omit')).toMatchObject({ option: 'payload.a[0]' });
    expect(refusalOf({ a: undefined, b: Number.NaN }, 'omit')).toMatchObject({ option: 'payload.b' });
    expect(refusalOf({ a: undefined, b: () => 1 }, 'omit')).toMatchObject({ option: 'payload.b' });
    expect(refusalOf({ a: undefined, b: 1n }, 'omit')).toMatchObject({ option: 'payload.b' });
  });
});
