import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, type FileHandle, lstat, mkdir, open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { SentinelOAuthError } from '@lp-functions/errors';

/**
 * A folder that only its owner can read, and files in it that are never half written.
 *
 * Its methods reject with {@link SentinelOAuthError} STORE_UNSAFE for a symlink, a foreign owner, or a mode that lets others in.
 */
export interface PrivateFolder {
  /** Names in it; none if it does not exist yet. */
  list(): Promise<readonly string[]>;
  /** The text of a file, or `undefined` if there is none. */
  read(name: string): Promise<string | undefined>;
  /** Replaces a file as a whole: whoever reads, at whatever moment this process is killed, gets the old text or the new. */
  replace(name: string, text: string): Promise<void>;
  /** Makes a file that must not exist yet. False if it does. It need not survive a power cut. */
  create(name: string, text: string): Promise<boolean>;
  remove(name: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Removes what processes that were killed have left half written. */
  tidy(): Promise<void>;
  path(name: string): string;
}

const OTHERS = 0o077;
const DRAFT = '.draft-';
/** Windows has neither owners nor modes of this kind: its folders under a user's profile are the user's. */
const ownId = process.getuid?.();
const NO_FOLLOW = ownId === undefined ? 0 : constants.O_NOFOLLOW;
/** Nobody takes so long between writing and renaming. */
const ABANDONED_MS = 60_000;

/**
 * Opens a folder, and makes it with mode 0700 when something is first written.
 *
 * @param folder - its path. Symlinks, foreign owners and wider modes are refused, of it and of its files.
 * @param content - what is kept in it, in the plural, for the error.
 */
export function openPrivateFolder(folder: string, content: string = 'tokens'): PrivateFolder {
  const path = (name: string): string => join(folder, name);
  const unsafe = (at: string, problem: string): SentinelOAuthError =>
    new SentinelOAuthError(`${content} are not kept at ${at}: it ${problem}`, {
      code: 'STORE_UNSAFE',
      fault: 'caller',
      hint: 'Folder 0700 and files 0600, both yours and no symlinks; or choose another path.',
    });

  function judge(at: string, { uid, mode }: { readonly uid: number; readonly mode: number }): void {
    if (ownId === undefined) return;
    if (uid !== ownId) throw unsafe(at, `belongs to user ${String(uid)}, not to user ${String(ownId)}`);
    if ((mode & OTHERS) !== 0) throw unsafe(at, `has mode ${(mode & 0o777).toString(8)}: others can get at it`);
  }

  async function check(): Promise<boolean> {
    const found = await lstat(folder).catch(absent);
    if (found === undefined) return false;
    if (found.isSymbolicLink()) throw unsafe(folder, 'is a symlink');
    if (!found.isDirectory()) throw unsafe(folder, 'is not a folder');
    judge(folder, found);
    return true;
  }

  async function ensure(): Promise<void> {
    if (await check()) return;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (ownId !== undefined) await chmod(folder, 0o700);
    await check();
  }

  async function writeNew(name: string, text: string, durably: boolean): Promise<void> {
    const file = await open(path(name), 'wx', 0o600);
    try {
      await file.writeFile(text, 'utf8');
      if (durably) await file.sync();
    } finally {
      await file.close();
    }
  }

  return {
    path,
    async list() {
      return (await check()) ? readdir(folder) : [];
    },
    async read(name) {
      let file: FileHandle | undefined;
      try {
        file = await open(path(name), constants.O_RDONLY | NO_FOLLOW);
        const found = await file.stat();
        if (!found.isFile()) throw unsafe(path(name), 'is not a file');
        judge(path(name), found);
        return await file.readFile('utf8');
      } catch (error) {
        if (codeOf(error) === 'ELOOP') throw unsafe(path(name), 'is a symlink');
        absent(error);
        return undefined;
      } finally {
        await file?.close();
      }
    },
    async replace(name, text) {
      await ensure();
      const draft = `${name}${DRAFT}${randomUUID()}`;
      try {
        await writeNew(draft, text, true);
        await rename(path(draft), path(name));
      } catch (error) {
        await unlink(path(draft)).catch(absent);
        throw error;
      }
      await syncFolder(folder);
    },
    async create(name, text) {
      await ensure();
      try {
        await writeNew(name, text, false);
        return true;
      } catch (error) {
        if (codeOf(error) === 'EEXIST') return false;
        throw error;
      }
    },
    async remove(name) {
      await unlink(path(name)).catch(absent);
    },
    async rename(from, to) {
      await rename(path(from), path(to)).catch(absent);
    },
    async tidy() {
      for (const name of await readdir(folder)) {
        if (!name.includes(DRAFT)) continue;
        const found = await lstat(path(name)).catch(absent);
        if (found !== undefined && Date.now() - found.mtimeMs > ABANDONED_MS) await unlink(path(name)).catch(absent);
      }
    },
  };
}

/** Makes the new name itself survive a power cut. Windows does not know this. */
async function syncFolder(folder: string): Promise<void> {
  if (ownId === undefined) return;
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function absent(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw error;
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
