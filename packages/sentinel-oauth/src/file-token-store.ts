import { createHash, randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { SentinelOAuthError } from '@lp-functions/errors';
import { checkOptions, duration, parseJsonObject, required, text } from '@lp-functions/http';
import { highestFence, lockLost, takeLease } from './file-lease.ts';
import { openPrivateFolder } from './private-folder.ts';
import { isStoredTokens, type StoredTokens } from './token-set.ts';
import type { TokenStore } from './token-store.ts';

/** Options of {@link createFileTokenStore}. */
export interface FileTokenStoreOptions {
  /** A folder of this store's own, on a local disk. It is made with mode 0700; one that exists must have it. */
  readonly path: string;
  /** A process that was paused or killed loses its lock after this long, in milliseconds. Default 10,000. */
  readonly leaseMs?: number | undefined;
  /** How long to wait for a lock, in milliseconds. Default 60,000. */
  readonly waitMs?: number | undefined;
}

/** `<id>.tokens-<fence>.json`: the one with the highest fence counts, so that a late write of an old owner changes nothing. */
const PATTERN = /^([0-9a-f]{64})\.tokens-(\d+)\.json$/;

/**
 * Keeps tokens in files, for all processes of one user on one machine. Files have mode 0600 and are replaced as a whole;
 * the lock survives owners that are killed or paused.
 *
 * @param options - where.
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION. Its methods reject with {@link SentinelOAuthError}
 *   STORE_UNSAFE (symlink, foreign owner, mode), STORE_CORRUPTED (a file that cannot be read is set aside, not deleted),
 *   STORE_FAILED (the lock did not become free), LOCK_LOST.
 */
export function createFileTokenStore(options: FileTokenStoreOptions): TokenStore {
  checkOptions(
    options,
    {
      path: required(text),
      leaseMs: duration,
      waitMs: duration,
    },
    'createFileTokenStore',
  );
  const { leaseMs = 10_000, waitMs = 60_000 } = options;
  const folder = openPrivateFolder(resolve(options.path));
  /** One of this process's own callers at a time tries for a lock: the others need not look at the disk. */
  const queues = new Map<string, Promise<unknown>>();

  async function get(key: string): Promise<StoredTokens | undefined> {
    const id = idOf(key);
    for (;;) {
      const [newest] = filesOf(await folder.list(), id);
      if (newest === undefined) return undefined;
      const content = await folder.read(newest.name);
      // Replaced by a higher one since it was listed.
      if (content === undefined) continue;
      const { tokens } = parseJsonObject(content) ?? {};
      if (tokens === null) return undefined;
      if (isStoredTokens(tokens)) return tokens;
      throw await setAside(newest.name);
    }
  }

  async function setAside(name: string): Promise<SentinelOAuthError> {
    const aside = `${name}.corrupted-${randomUUID()}`;
    await folder.rename(name, aside);
    return new SentinelOAuthError(`a token file could not be read and was renamed to ${folder.path(aside)}`, {
      code: 'STORE_CORRUPTED',
      fault: 'caller',
      hint: 'Find out what wrote to it. The user has to log in again, unless you can repair the file.',
    });
  }

  /** @param tokens - null where they were deleted: without it, an old owner's late write would bring them back. */
  async function write(key: string, tokens: StoredTokens | null, fence: bigint | undefined): Promise<void> {
    const id = idOf(key);
    const names = await folder.list();
    const newest = filesOf(names, id)[0]?.fence ?? 0n;
    const highest = [highestFence(names, id), newest].reduce((a, b) => (a > b ? a : b));
    if (fence !== undefined && fence < highest) throw lockLost();
    const at = fence ?? highest;
    const name = `${id}.tokens-${String(at)}.json`;
    await folder.replace(name, `${JSON.stringify({ key, tokens })}\n`);
    const after = await folder.list();
    for (const older of filesOf(after, id)) if (older.fence < at) await folder.remove(older.name);
    if (fence !== undefined && highestFence(after, id) > fence) throw lockLost();
  }

  return {
    get,
    set: (key, tokens, { fence } = {}) => write(key, tokens, fence),
    delete: async (key) => {
      if (filesOf(await folder.list(), idOf(key)).length > 0) await write(key, null, undefined);
    },
    async withLock(key, work) {
      const before = queues.get(key) ?? Promise.resolve();
      const turn = before.then(async () => {
        const id = idOf(key);
        const lease = await takeLease(folder, id, { leaseMs, waitMs });
        try {
          await folder.tidy();
          return await work({ signal: lease.signal, fence: lease.fence });
        } finally {
          await lease.release();
        }
      });
      const settled = turn.catch(() => undefined);
      queues.set(key, settled);
      void settled.then(() => {
        if (queues.get(key) === settled) queues.delete(key);
      });
      return turn;
    },
  };
}

/** Keys may hold anything, and be of any length. */
function idOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** The token files of one key, the newest first. */
function filesOf(names: readonly string[], id: string): { readonly name: string; readonly fence: bigint }[] {
  return names
    .flatMap((name) => {
      const [, owner, number = '0'] = PATTERN.exec(name) ?? [];
      return owner === id ? [{ name, fence: BigInt(number) }] : [];
    })
    .sort((a, b) => (a.fence < b.fence ? 1 : -1));
}
