import { afterEach, expect } from 'vitest';
import { takeLeaks } from './leak-scan.ts';

const SCAN_TIMEOUT_MS = 300_000;

// K2: every error, event and log line that any test of this package makes is searched for its secrets.
afterEach(() => {
  expect(takeLeaks()).toEqual([]);
  // A soak run leaves hundreds of thousands of them.
}, SCAN_TIMEOUT_MS);
