import type { EmulatorOptions } from './emulator-options.ts';
import { startEmulator, type Emulator } from './emulator.ts';

/**
 * Fixtures for `test.extend` of vitest. Their type is spelled out and nothing of vitest is imported, so this entry goes with any version that knows
 * fixtures of the scope `file` (3.2).
 */
export interface EmulatorFixtures {
  /** The file's emulator, reset: without tokens, faults, journal and counters of an earlier test. */
  emulator: (context: object, use: (emulator: Emulator) => Promise<void>) => Promise<void>;
}

type Use = (emulator: Emulator) => Promise<void>;

/**
 * Makes the fixture `emulator`: one emulator for each test file, started by the first test that asks for it, reset before each that does, closed
 * after the last.
 *
 * @param options - of `startEmulator`, or what makes them
 * @param prepare - called once for each file with the emulator that was just started: adds functions, apps and users, which survive the resets
 * @example
 * const test = base.extend(emulatorFixtures({ functions: 'functions' }));
 * test('greets', async ({ emulator }) => { ... });
 */
export function emulatorFixtures(
  options: EmulatorOptions | (() => EmulatorOptions) = {},
  prepare: (emulator: Emulator) => void | Promise<void> = () => undefined,
): EmulatorFixtures {
  // vitest reads off its source which fixtures a fixture needs: this one none.
  // eslint-disable-next-line no-empty-pattern
  const lastingForTheFile = async ({}, use: Use): Promise<void> => {
    const emulator = await startEmulator(typeof options === 'function' ? options() : options);
    try {
      await prepare(emulator);
      await use(emulator);
    } finally {
      await emulator.close();
    }
  };
  const resetForEach = async ({ emulatorOfFile }: { readonly emulatorOfFile: Emulator }, use: Use): Promise<void> => {
    emulatorOfFile.reset();
    await use(emulatorOfFile);
  };
  const fixtures = { emulatorOfFile: [lastingForTheFile, { scope: 'file' }], emulator: resetForEach };
  // The one that lasts for the file is nobody's business: tests are to see it reset.
  return fixtures as unknown as EmulatorFixtures;
}
