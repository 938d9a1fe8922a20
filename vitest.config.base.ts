import { existsSync } from 'node:fs';
import process from 'node:process';
import type { ViteUserConfig } from 'vitest/config';
import { CHROMIUM, programPath } from './scripts/system-program.mjs';

/** A soak run repeats what an ordinary run samples, so a single test may take minutes. */
const testTimeout = process.env['LPFN_TEST_SOAK'] === '1' ? 600_000 : 20_000;

/**
 * Programs of the system that some tests need; `scripts/system-packages.mjs` installs what is missing. `inject('chromium')` is
 * the path of one that is there, or undefined.
 */
const SYSTEM_PROGRAMS = {
  chromium: CHROMIUM,
  redisServer: ['redis-server'],
  gnomeKeyring: ['gnome-keyring-daemon'],
  dbusRunSession: ['dbus-run-session'],
} as const;

declare module 'vitest' {
  interface ProvidedContext {
    chromium: string | undefined;
    redisServer: string | undefined;
    gnomeKeyring: string | undefined;
    dbusRunSession: string | undefined;
  }
}

/** What every package's suite has in common: siblings are read from source, so a test never sees a stale build. */
export const baseConfig: ViteUserConfig = {
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source', 'node', 'import', 'default'] } },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout,
    hookTimeout: 20_000,
    // What has to come about is waited for, however slow the machine.
    expect: { poll: { timeout: 15_000 } },
    // A focused test would silently switch off its neighbours.
    allowOnly: false,
    provide: {
      chromium: programPath(SYSTEM_PROGRAMS.chromium),
      redisServer: programPath(SYSTEM_PROGRAMS.redisServer),
      gnomeKeyring: programPath(SYSTEM_PROGRAMS.gnomeKeyring),
      dbusRunSession: programPath(SYSTEM_PROGRAMS.dbusRunSession),
    },
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
