import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { serializeInput } from '../../src/invocation-payload.ts';

function serialize(payload: unknown): string {
  return serializeInput({ timestamp: 1, headers: [], payload });
}

class Order {
  readonly id = 1;
}

describe('K18: what JSON would lose without a word is named by its path', () => {
  test.each<[string, unknown, string, RegExp]>([
    ['undefined in a list', { items: [1, undefined] }, 'payload.items[1]', /undefined/],
    ['undefined in an object', { a: { b: undefined } }, 'payload.a.b', /undefined/],
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
});
