import { describe, expect, test } from 'vitest';
import { functionReference } from '../../src/functions/function-reference.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';

describe('functionReference', () => {
  test.each([
    [UUID, { uuid: UUID }],
    [UUID.toUpperCase(), { uuid: UUID.toUpperCase() }],
    ['echo', { name: 'echo' }],
    ['My function 2', { name: 'My function 2' }],
    ['dead-beef', { name: 'dead-beef' }],
    ['größe', { name: 'größe' }],
  ])('takes %j for %j', (text, reference) => {
    expect(functionReference(text)).toEqual(reference);
  });

  test.each([
    [UUID.slice(0, -1), 'looks like a UUID'],
    [`${UUID}0`, 'looks like a UUID'],
    [UUID.replaceAll('-', ''), 'looks like a UUID'],
    ['../../x', 'neither'],
    ['a\\b', 'neither'],
    ['a\nb', 'neither'],
    ['', 'neither'],
    ['..', 'neither'],
    [' echo', 'neither'],
  ])('refuses %j: %s', (text, message) => {
    expect(() => functionReference(text)).toThrow(message);
  });
});
