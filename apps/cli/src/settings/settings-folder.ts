import { createFileTokenStore, openPrivateFolder, type PrivateFolder } from '@lp-functions/sentinel-oauth';
import { FaaSError, isFaaSError, isSentinelOAuthError, SentinelOAuthError } from '@lp-functions/errors';
import { parseJsonObject } from '@lp-functions/http';
import { isSystemError, systemWords } from '../terminal/system-words.ts';

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

/** The folder of settings cannot be used: it is no folder, or nothing can be read or written there. */
class SettingsFolderError extends FaaSError {
  /**
   * @param path - of the folder.
   * @param reason - why not.
   */
  constructor(path: string, reason: string) {
    super(`the folder of settings ${path} cannot be used: ${reason}`, {
      code: 'SETTINGS_FOLDER',
      fault: 'caller',
      hint: 'LPFN_CONFIG_DIR names another: a folder of your own, which is made if it is not there.',
    });
    this.name = 'SettingsFolderError';
  }
}

/** With the name of what sets it. */
function unsafe(message: string): SentinelOAuthError {
  return new SentinelOAuthError(message, {
    code: 'STORE_UNSAFE',
    fault: 'caller',
    hint: 'It has to be a folder of mode 0700, its files 0600, all yours and no symlinks: change that, or name another with LPFN_CONFIG_DIR.',
  });
}

/** Nobody changes settings for longer. */
const LOCK_WAIT_MS = 10_000;

/** Folder of tokens, below the folder of settings. Its locks serve the settings, too. */
export const TOKENS = 'tokens';

/** Opens the folder of settings; it is made when something is first written. */
export function openSettingsFolder(path: string): SettingsFolder {
  const folder = openPrivateFolder(path, 'settings');

  /** What the system refuses is told as what it means for the folder. */
  async function used<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      // A library says what the system said in its cause.
      if (isSentinelOAuthError(error) && error.code === 'STORE_UNSAFE') throw unsafe(error.message);
      const cause = isFaaSError(error) ? error.cause : error;
      throw isSystemError(cause) ? new SettingsFolderError(path, systemWords(cause)) : error;
    }
  }

  async function readJson(name: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    // Judges the folder by the rule that holds for writing: settings that others can change are not believed either.
    await used(folder.list());
    const text = await used(folder.read(name));
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
      await readJson(name);
      await used(
        locks.withLock(`lpfn ${name}`, async () => {
          await folder.replace(name, `${JSON.stringify(change(await readJson(name)), undefined, 2)}\n`);
        }),
      );
    },
  };
}
