import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { countResults, readResults } from '../vitest-results.mjs';

const test = (status) => ({ status, fullName: `a ${status} test` });

it('counts single tests', () => {
  const assertionResults = ['passed', 'passed', 'failed', 'skipped', 'todo', 'pending'].map(test);
  expect(countResults({ testResults: [{ status: 'failed', assertionResults }] })).toEqual({
    passed: 2,
    failed: 1,
    skipped: 3,
    remarks: ['failed: a failed test', 'skipped: a skipped test', 'skipped: a todo test', 'skipped: a pending test'],
  });
});

it('counts a file that could not be loaded as a failure', () => {
  const broken = { status: 'failed', name: 'a.test.ts', message: 'SyntaxError', assertionResults: [] };
  expect(countResults({ testResults: [broken] })).toMatchObject({ passed: 0, failed: 1 });
});

it('counts a suite without tests as a failure', () => {
  expect(countResults({ testResults: [] })).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
});

it('counts a suite that left no results as a failure', () => {
  const directory = mkdtempSync(join(tmpdir(), 'lp-functions-results-'));
  expect(readResults(directory)).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
  rmSync(directory, { recursive: true });
});
