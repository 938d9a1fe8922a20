import { existsSync } from 'node:fs';
import process from 'node:process';
import type { ViteUserConfig } from 'vitest/config';

/** A soak run repeats what an ordinary run samples, so a single test may take minutes. */
const testTimeout = process.env['LPFN_TEST_SOAK'] === '1' ? 600_000 : 20_000;

/** What every package's suite has in common: siblings are read from source, so a test never sees a stale build. */
export const baseConfig: ViteUserConfig = {
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source', 'node', 'import', 'default'] } },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout,
    hookTimeout: 20_000,
    // A focused test would silently switch off its neighbours.
    allowOnly: false,
    // Suites share two cores with each other's child processes.
    maxWorkers: 2,
    // scripts/test.mjs counts from the file.
    reporters: ['default', ['json', { outputFile: './node_modules/.vitest-results.json' }]],
    typecheck: {
      enabled: existsSync('test/types'),
      include: ['test/types/**/*.test-d.ts'],
      tsconfig: './tsconfig.json',
    },
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text-summary', 'json-summary', 'text'] },
  },
};
