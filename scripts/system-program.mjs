import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Names under which a browser to test with is installed. */
export const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome-stable'];

/**
 * Path of the first of some programs that is on the PATH and may be run.
 *
 * @param {readonly string[]} alternatives
 * @returns {string | undefined}
 */
export function programPath(alternatives) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return alternatives
    .flatMap((program) => folders.map((folder) => join(folder, program)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
