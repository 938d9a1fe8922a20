import { afterEach, expect } from 'vitest';
import { takeLeaks } from './leak-scan.ts';

// K2: every error, event and log line that any test of this package makes is searched for its secrets.
afterEach(() => {
  expect(takeLeaks()).toEqual([]);
});
