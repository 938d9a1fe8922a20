import { join } from 'node:path';
import type { SessionData, Store } from 'express-session';
import { createFileTokenStore, type TokenStore } from '@lp-functions/client';
import { type CallRecord, type CallRecords, createCallRecords } from './call-records.ts';
import { openPrivateRecords } from './private-records.ts';
import { RecordSessionStore } from './session-store.ts';

/** Everything that this server remembers. Processes that share it are one server to their users. */
export interface Stores {
  readonly sessions: Store;
  readonly tokens: TokenStore;
  readonly calls: CallRecords;
  /** Rejects if nothing can be kept. */
  check(): Promise<void>;
  /**
   * Removes what has run out.
   *
   * @param before - what to do before a session is removed. If that fails, it stays for the next time.
   */
  sweep(before: (session: SessionData) => Promise<void>): Promise<void>;
}

/** A session ends when it was not used for this long. */
const SESSION_IDLE_MS = 8 * 60 * 60_000;
/** For this long an answer can be looked at again. */
const CALL_TTL_MS = 60 * 60_000;

/**
 * Opens the stores, in files: for any number of processes on one machine. For several machines, put others in their place
 * here, and nowhere else: a token store is any `TokenStore`, a session store any store of express-session.
 */
export async function openStores(dataFolder: string): Promise<Stores> {
  const sessions = await openPrivateRecords<SessionData>({
    path: join(dataFolder, 'sessions'),
    ttlMs: SESSION_IDLE_MS,
  });
  const calls = await openPrivateRecords<CallRecord>({ path: join(dataFolder, 'calls'), ttlMs: CALL_TTL_MS });
  return {
    sessions: new RecordSessionStore(sessions),
    tokens: createFileTokenStore({ path: join(dataFolder, 'tokens') }),
    calls: createCallRecords(calls),
    check: async () => {
      await sessions.set(`check-${process.pid}`, {} as SessionData);
    },
    async sweep(before) {
      await calls.sweep();
      await sessions.sweep(before);
    },
  };
}
