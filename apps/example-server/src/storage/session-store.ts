import { type SessionData, Store } from 'express-session';
import type { PrivateRecords } from './private-records.ts';

type Done<T = void> = (error: unknown, value?: T) => void;

/** Keeps the sessions of express-session in records. A class, since express-session wants its stores to be derived from its own. */
export class RecordSessionStore extends Store {
  readonly #records: PrivateRecords<SessionData>;

  /** @param records - shared by all processes that serve the same address. */
  constructor(records: PrivateRecords<SessionData>) {
    super();
    this.#records = records;
  }

  override get(id: string, done: Done<SessionData | null>): void {
    settle(
      this.#records.get(id).then((session) => session ?? null),
      done,
    );
  }

  override set(id: string, session: SessionData, done: Done = ignore): void {
    settle(this.#records.set(id, session), done);
  }

  /** For good: a request of another tab that is still under way cannot bring a session back that was logged out. */
  override destroy(id: string, done: Done = ignore): void {
    settle(this.#records.end(id), done);
  }

  override touch(id: string, _session: SessionData, done: Done = ignore): void {
    settle(this.#records.touch(id), done);
  }
}

function settle<T>(work: Promise<T>, done: Done<T>): void {
  work.then(
    (value) => done(null, value),
    (error: unknown) => done(error),
  );
}

function ignore(): void {
  // express-session does not always want to know.
}
