import { createHash, randomUUID } from 'node:crypto';
import { chmod, link, mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/** Options of {@link openPrivateRecords}. */
export interface PrivateRecordsOptions {
  /** A folder of its own, on a local disk. Made with mode 0700. */
  readonly path: string;
  /** How long a record lives after it was last written or touched, in milliseconds. */
  readonly ttlMs: number;
}

/** JSON values under ids, shared by all processes that open the same folder. */
export interface PrivateRecords<T> {
  /** The value, or `undefined` if there is none, it has run out, or it was ended. */
  get(id: string): Promise<T | undefined>;
  set(id: string, value: T): Promise<void>;
  /** Sets a value where there is none. False if there is one already: of any number of callers, one gets true. */
  create(id: string, value: T): Promise<boolean>;
  /** Lets a record live on. */
  touch(id: string): Promise<void>;
  /** Removes a record for good: a request that still holds the value cannot bring it back. */
  end(id: string): Promise<void>;
  /**
   * Removes what has run out.
   *
   * @param before - what to do before a value is removed. If that fails, the value stays for the next time.
   */
  sweep(before?: (value: T) => Promise<void>): Promise<void>;
}

const RECORD = '.json';
const ENDED = '.ended';

/**
 * Opens a folder of records. Files are replaced as a whole, are readable by this user only, and are not named after the ids,
 * which may be secrets.
 */
export async function openPrivateRecords<T>({ path, ttlMs }: PrivateRecordsOptions): Promise<PrivateRecords<T>> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chmod(path, 0o700);

  const fileOf = (id: string, suffix: string): string =>
    join(path, `${createHash('sha256').update(id).digest('hex')}${suffix}`);
  const write = (file: string, text: string): Promise<void> => writeFileAtomic(file, text, { mode: 0o600 });

  async function isAlive(file: string): Promise<boolean> {
    const found = await stat(file).catch(ignoreMissing);
    // That a record was ended is remembered for longer than a late write of it could live.
    const livesMs = file.endsWith(ENDED) ? 2 * ttlMs : ttlMs;
    return found !== undefined && Date.now() - found.mtimeMs < livesMs;
  }

  return {
    async get(id) {
      if ((await isAlive(fileOf(id, ENDED))) || !(await isAlive(fileOf(id, RECORD)))) return undefined;
      return read<T>(fileOf(id, RECORD));
    },
    set: (id, value) => write(fileOf(id, RECORD), JSON.stringify(value)),
    async create(id, value) {
      const whole = join(path, `${randomUUID()}.new`);
      await write(whole, JSON.stringify(value));
      try {
        // Unlike renaming, linking fails where there is something.
        await link(whole, fileOf(id, RECORD));
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        return false;
      } finally {
        await rm(whole, { force: true });
      }
    },
    async touch(id) {
      const now = new Date();
      await utimes(fileOf(id, RECORD), now, now).catch(ignoreMissing);
    },
    async end(id) {
      await write(fileOf(id, ENDED), '');
      await rm(fileOf(id, RECORD), { force: true });
    },
    async sweep(before) {
      for (const name of await readdir(path)) {
        const file = join(path, name);
        if (await isAlive(file)) continue;
        const value = name.endsWith(RECORD) ? await read<T>(file) : undefined;
        if (value !== undefined) await before?.(value);
        await rm(file, { force: true });
      }
    },
  };
}

/** What cannot be read is as good as gone: its user logs in again. */
async function read<T>(file: string): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch(ignoreMissing);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

/** Other processes remove files, too. */
function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
