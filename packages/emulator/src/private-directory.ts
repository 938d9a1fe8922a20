import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The emulator's own folder in the system's temporary folder, made when it is first needed: working directories of functions, so that what they
 * write never lands among the user's files, and the code of functions that were given as text.
 */
export interface PrivateDirectory {
  readonly path: string;
  /**
   * Makes a working directory for functions.
   *
   * @param settingsPath - `settings.json` whose copy the toolbelt's secret client finds under `functions/`
   */
  makeWorkingDirectory(settingsPath: string | undefined): string;
  /** Writes a file of this name and returns its path. */
  writeFile(name: string, text: string): string;
  /** Writes a function's code and returns the path of its `index.js`. */
  writeFunction(code: string): string;
  remove(): void;
}

/**
 * Creates the folder lazily.
 *
 * @param made - called when there is something to be removed at the end
 */
export function createPrivateDirectory(made: () => void): PrivateDirectory {
  let path: string | undefined;
  let serial = 0;
  const root = (): string => {
    if (path === undefined) {
      path = mkdtempSync(join(tmpdir(), 'lpfn-emulator-'));
      made();
    }
    return path;
  };
  const makeDirectory = (kind: string, ...inner: string[]): string => {
    serial += 1;
    const directory = join(root(), `${kind}-${String(serial)}`);
    mkdirSync(join(directory, ...inner), { recursive: true });
    return directory;
  };
  return {
    get path() {
      return root();
    },
    makeWorkingDirectory: (settingsPath) => {
      const directory = makeDirectory('work', 'functions');
      if (settingsPath !== undefined && existsSync(settingsPath)) {
        copyFileSync(settingsPath, join(directory, 'functions', 'settings.json'));
      }
      return directory;
    },
    writeFile: (name, text) => {
      const file = join(root(), name);
      writeFileSync(file, text);
      return file;
    },
    writeFunction: (code) => {
      const file = join(makeDirectory('function'), 'index.js');
      writeFileSync(file, code);
      return file;
    },
    remove: () => {
      if (path !== undefined) rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
