import { createFileTokenStore, openPrivateFolder, type PrivateFolder } from '@lp-functions/sentinel-oauth';
import { parseJsonObject } from '@lp-functions/http';

/** The folder of settings: JSON files that only their owner can read. */
export interface SettingsFolder extends PrivateFolder {
  /**
   * Reads a file.
   *
   * @returns its object, or `undefined` if there is no such file.
   * @throws SettingsUnreadableError if it is no JSON object.
   */
  readJson(name: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  /**
   * Changes a file while no other lpfn changes it.
   *
   * @param change - is given what the file holds, and returns what it is to hold.
   */
  changeJson(
    name: string,
    change: (content: Readonly<Record<string, unknown>> | undefined) => Readonly<Record<string, unknown>>,
  ): Promise<void>;
}

/** A settings file that cannot be read. It is left as it is: it may be mended by hand. */
export class SettingsUnreadableError extends Error {
  readonly code = 'SETTINGS_UNREADABLE';
  readonly hint = 'Mend it, or move it away: lpfn then starts without it.';

  /** @param path - of the file. */
  constructor(path: string) {
    super(`${path} does not hold what lpfn writes there`);
    this.name = 'SettingsUnreadableError';
  }
}

/** Nobody changes settings for longer. */
const LOCK_WAIT_MS = 10_000;

/** Folder of tokens, below the folder of settings. Its locks serve the settings, too. */
export const TOKENS = 'tokens';

/** Opens the folder of settings; it is made when something is first written. */
export function openSettingsFolder(path: string): SettingsFolder {
  const folder = openPrivateFolder(path, 'settings');

  async function readJson(name: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const text = await folder.read(name);
    if (text === undefined) return undefined;
    const content = parseJsonObject(text);
    if (content === undefined) throw new SettingsUnreadableError(folder.path(name));
    return content;
  }

  return {
    ...folder,
    readJson,
    async changeJson(name, change) {
      const locks = createFileTokenStore({ path: folder.path(TOKENS), waitMs: LOCK_WAIT_MS });
      await locks.withLock(`lpfn ${name}`, async () => {
        await folder.replace(name, `${JSON.stringify(change(await readJson(name)), undefined, 2)}\n`);
      });
    },
  };
}
