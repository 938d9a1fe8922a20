import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from './workspace.mjs';

/** Where vitest.config.base.ts tells every suite to leave its results. */
function resultsFile(directory) {
  return join(directory, 'node_modules', '.vitest-results.json');
}

/** Removes the results of an earlier run, so that they cannot be counted. */
export function forgetResults(directory) {
  rmSync(resultsFile(directory), { force: true });
}

/**
 * Counts what one package's suite did.
 *
 * @param {string} directory
 * @returns {{ passed: number, failed: number, skipped: number, remarks: string[] }} remarks name what failed or was skipped
 */
export function readResults(directory) {
  if (!existsSync(resultsFile(directory))) {
    return { passed: 0, failed: 1, skipped: 0, remarks: ['left no results: it did not start, or did not end'] };
  }
  return countResults(readJson(resultsFile(directory)));
}

/** @param {any} results what vitest's json reporter writes */
export function countResults(results) {
  const tests = results.testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = tests.filter(({ status }) => status === 'failed');
  const skipped = tests.filter(({ status }) => ['skipped', 'pending', 'todo', 'disabled'].includes(status));
  // A file that cannot be loaded has no tests that could fail.
  const broken = results.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const empty = tests.length === 0 && broken.length === 0;
  return {
    passed: tests.length - failed.length - skipped.length,
    failed: failed.length + broken.length + (empty ? 1 : 0),
    skipped: skipped.length,
    remarks: [
      ...failed.map(({ fullName }) => `failed: ${fullName}`),
      ...broken.map(({ name, message }) => `failed: ${name} ${message ?? ''}`.trim()),
      ...(empty ? ['failed: it has no tests'] : []),
      ...skipped.map(({ fullName }) => `skipped: ${fullName}`),
    ],
  };
}
