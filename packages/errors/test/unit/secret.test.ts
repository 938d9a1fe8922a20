import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/index.ts';

const VALUE = 's3cret-value';
const secret = new Secret(VALUE);

describe('a Secret', () => {
  it('gives its value when asked for it', () => {
    expect(secret.reveal()).toBe(VALUE);
  });

  it.each([
    ['util.inspect', inspect(secret)],
    ['util.inspect at depth', inspect({ a: { b: [{ secret }] } }, { depth: 10 })],
    ['util.inspect of a class instance', inspect(Object.assign(new Error('x'), { secret }), { depth: 10 })],
    ['util.inspect with hidden fields', inspect(secret, { showHidden: true })],
    ['a template string', `${secret}`],
    ['String()', String(secret)],
    ['concatenation', 'secret: ' + (secret as unknown as string)],
    ['JSON.stringify', JSON.stringify({ secret })],
    ['%s', format('%s', secret)],
    ['%o', format('%o', secret)],
    ['%O', format('%O', secret)],
    ['%j', format('%j', secret)],
    ['an appended argument', format('x', secret)],
  ])('shows as [secret] in %s', (_where, shown) => {
    expect(shown).toContain('[secret]');
    expect(shown).not.toContain(VALUE);
  });

  it.each([
    ['util.inspect without custom inspection', inspect(secret, { customInspect: false, showHidden: true, depth: 10 })],
    ['its keys', JSON.stringify([Reflect.ownKeys(secret), Object.entries(secret)])],
    ['a spread copy', inspect(Object.assign({}, secret))],
    ['a structured clone', inspect(structuredClone(secret))],
    ['%d', format('%d', secret)],
  ])('keeps its value out of %s', (_where, shown) => {
    expect(shown).not.toContain(VALUE);
  });

  it('does not reveal through a structured clone', () => {
    expect(structuredClone(secret)).not.toHaveProperty('reveal');
  });

  it('does not reveal to an object that only looks like one', () => {
    expect(() => Secret.prototype.reveal.call(Object.create(Secret.prototype))).toThrow(TypeError);
  });
});
