import { expect, test } from 'vitest';
import { mismatchOf, type JsonSchema } from '../../src/json-schema.ts';

const NAMED: Readonly<Record<string, JsonSchema>> = { Colour: { type: 'string', enum: ['red', 'blue'] } };

test.each<[JsonSchema, unknown]>([
  [{}, { anything: [1] }],
  [{ type: 'object' }, {}],
  [{ type: 'array', items: { type: 'integer' } }, [1, 2]],
  [{ type: 'number' }, 1.5],
  [{ type: 'null' }, null],
  [{ $ref: '#/components/schemas/Colour' }, 'red'],
  [{ anyOf: [{ type: 'string' }, { type: 'boolean' }] }, true],
  [{ type: 'object', additionalProperties: { type: 'string' } }, { a: 'b' }],
  [{ type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false }, { a: 'b' }],
])('%j takes %j', (schema, value) => {
  expect(mismatchOf(schema, value, NAMED)).toBeUndefined();
});

test.each<[JsonSchema, unknown, string]>([
  [{ type: 'object' }, [], 'The value must be an object.'],
  [{ type: 'array' }, {}, 'The value must be an array.'],
  [{ type: 'string' }, 1, 'The value must be a string.'],
  [{ type: 'integer' }, 1.5, 'The value must be a whole number.'],
  [{ type: 'number' }, Number.NaN, 'The value must be a number.'],
  [{ type: 'boolean' }, 'true', 'The value must be true or false.'],
  [{ type: 'array', items: { type: 'integer' } }, [1, 'x'], 'The value, entry 1, must be a whole number.'],
  [{ $ref: '#/components/schemas/Colour' }, 'green', 'The value must be one of red, blue.'],
  [{ $ref: '#/components/schemas/Nothing' }, 1, 'The value has an unknown schema.'],
  [{ anyOf: [{ type: 'string' }, { type: 'boolean' }] }, 1, 'The value must be a string.'],
  [{ type: 'integer', minimum: 2 }, 1, 'The value must be at least 2.'],
  [{ type: 'integer', maximum: 2 }, 3, 'The value must be at most 2.'],
  [{ type: 'string', minLength: 1 }, '', 'The value must not be empty.'],
  [{ type: 'string', pattern: '^a$' }, 'b', 'The value has the wrong form.'],
  [{ type: 'object', required: ['a'] }, {}, '"a" is missing.'],
  [{ type: 'object', required: ['toString'] }, {}, '"toString" is missing.'],
  [{ type: 'object', properties: {}, additionalProperties: false }, { b: 1 }, '"b" is not known.'],
  [{ type: 'object', properties: {}, additionalProperties: false }, { constructor: 1 }, '"constructor" is not known.'],
  [{ type: 'object', properties: { a: { type: 'string' } } }, { a: 1 }, '"a" must be a string.'],
])('%j does not take %j: %s', (schema, value, message) => {
  expect(mismatchOf(schema, value, NAMED)).toBe(message);
});
