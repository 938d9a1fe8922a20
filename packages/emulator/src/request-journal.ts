import { EmulatorError } from './emulator-error.ts';
import type { MutableRecord, RecordedRequest } from './recorded-request.ts';
import { predicateOf, totalOf, type RequestFilter } from './request-filter.ts';
import { verificationMessage } from './verification-message.ts';

/** The journal of every request to every service. */
export interface Requests {
  /** Requests that are still kept, oldest first. */
  list(filter?: RequestFilter): readonly RecordedRequest[];
  /** How many there were. By service and operation (or all) this counts dropped ones too. */
  count(filter?: RequestFilter): number;
  /** The newest that is still kept. */
  last(filter?: RequestFilter): RecordedRequest | undefined;
  /** How many fell out of the bounded journal. */
  readonly dropped: number;
  clear(): void;
  /**
   * Resolves to the first request that matches, at once if there is one.
   *
   * @param options - `timeoutMs` default 5,000; `count` how many have to match before it resolves, to the last of them; `signal` gives up waiting
   * @throws {@link EmulatorError} WAIT_TIMEOUT, CLOSED when the emulator is closed meanwhile or `signal` is aborted
   */
  waitFor(
    filter: RequestFilter,
    options?: {
      readonly timeoutMs?: number | undefined;
      readonly count?: number | undefined;
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<RecordedRequest>;
  /**
   * Asserts how many requests there were, by default at least one.
   *
   * @returns how many there were
   * @throws {@link EmulatorError} VERIFICATION_FAILED, with the newest requests of all kinds in the message
   */
  verify(filter: RequestFilter, expected?: ExpectedCount): number;
}

/** How many requests are expected. */
export type ExpectedCount =
  | { readonly count: number; readonly atLeast?: undefined; readonly atMost?: undefined }
  | { readonly count?: undefined; readonly atLeast?: number | undefined; readonly atMost?: number | undefined };

/** The journal as the emulator writes it. */
export interface RequestJournal extends Requests {
  open(
    request: Omit<RecordedRequest, 'id' | 'body' | 'bodyCut' | 'responseBodyCut' | 'outcome' | 'ran'>,
  ): MutableRecord;
  /** Tells those who wait that a record changed. */
  changed(record: RecordedRequest): void;
  /**
   * Tells of every record that is opened or changed, in the turn in which it is. The listener is on the path of every request: it notes, and works later.
   *
   * @returns a function that ends it
   */
  watch(listener: (record: RecordedRequest) => void): () => void;
  /** The oldest record that is kept; past the newest if there is none. */
  readonly firstId: number;
  /** The newest record, kept or not; 0 before the first. */
  readonly lastId: number;
  /** Notes a request's body, cut to the part that is kept; undefined if it was too long to be read. */
  noteBody(record: MutableRecord, body: string | undefined): void;
  /** Notes an answer's body, cut to the part that is kept. */
  noteResponseBody(record: MutableRecord, body: string): void;
  close(): void;
}

interface Waiter {
  readonly matches: (request: RecordedRequest) => boolean;
  readonly settle: (outcome: RecordedRequest | EmulatorError) => void;
  readonly seen: Set<number>;
  readonly count: number;
}

const DEFAULT_WAIT_MS = 5_000;
/** Characters of all bodies together; beyond, the oldest requests are dropped however few there are. */
const HELD_CHARACTERS = 64 * 1024 * 1024;

/** Creates a journal that keeps the newest `capacity` requests, each body up to `bodyCharacters`. */
export function createRequestJournal(capacity: number, bodyCharacters: number): RequestJournal {
  let records: MutableRecord[] = [];
  let dropped = 0;
  let heldCharacters = 0;
  let nextId = 1;
  const totals = new Map<string, number>();
  const waiters = new Set<Waiter>();
  const watchers = new Set<(record: RecordedRequest) => void>();

  /** Drops the oldest, a tenth more than it must, so that it is not at it with every request. */
  const trim = (): void => {
    if (records.length <= capacity * 1.1 + 1 && heldCharacters <= HELD_CHARACTERS) return;
    let excess = Math.max(0, records.length - capacity);
    const heldOf = ({ body, responseBody = '' }: RecordedRequest): number => body.length + responseBody.length;
    for (const record of records.slice(0, excess)) heldCharacters -= heldOf(record);
    while (heldCharacters > HELD_CHARACTERS * 0.9 && excess < records.length - 1) {
      const oldest = records[excess];
      if (oldest !== undefined) heldCharacters -= heldOf(oldest);
      excess += 1;
    }
    dropped += excess;
    records = records.slice(excess);
  };
  const kept = (body: string): string => {
    const part = body.length > bodyCharacters ? body.slice(0, bodyCharacters) : body;
    heldCharacters += part.length;
    return part;
  };
  const list = (filter?: RequestFilter): readonly RecordedRequest[] => records.filter(predicateOf(filter));
  const changed = (record: RecordedRequest): void => {
    for (const watcher of watchers) watcher(record);
    for (const waiter of waiters) {
      if (waiter.seen.has(record.id) || !waiter.matches(record)) continue;
      waiter.seen.add(record.id);
      if (waiter.seen.size >= waiter.count) waiter.settle(record);
    }
  };
  return {
    list,
    count: (filter) => totalOf(totals, filter) ?? list(filter).length,
    last: (filter) => records.findLast(predicateOf(filter)),
    get dropped() {
      return dropped;
    },
    clear: () => {
      records = [];
      heldCharacters = 0;
      totals.clear();
      dropped = 0;
    },
    verify: (filter, expected = { atLeast: 1 }) => {
      const found = totalOf(totals, filter) ?? list(filter).length;
      const { count, atLeast = count ?? 0, atMost = count ?? Infinity } = expected;
      if (found >= atLeast && found <= atMost) return found;
      throw new EmulatorError('VERIFICATION_FAILED', verificationMessage(found, atLeast, atMost, records));
    },
    waitFor: (filter, { timeoutMs = DEFAULT_WAIT_MS, count = 1, signal } = {}) => {
      const matches = predicateOf(filter);
      const present = records.filter(matches);
      const found = present[count - 1];
      if (found !== undefined) return Promise.resolve(found);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiter.settle(
            new EmulatorError(
              'WAIT_TIMEOUT',
              `${String(waiter.seen.size)} of ${String(count)} awaited requests came within ${String(timeoutMs)} ms.`,
            ),
          );
        }, timeoutMs);
        const giveUp = (): void => {
          waiter.settle(new EmulatorError('CLOSED', 'Nobody waits for the request any more.'));
        };
        const waiter: Waiter = {
          matches,
          count,
          seen: new Set(present.map(({ id }) => id)),
          settle: (outcome) => {
            clearTimeout(timer);
            signal?.removeEventListener('abort', giveUp);
            waiters.delete(waiter);
            if (outcome instanceof EmulatorError) reject(outcome);
            else resolve(outcome);
          },
        };
        waiters.add(waiter);
        signal?.addEventListener('abort', giveUp);
        if (signal?.aborted === true) giveUp();
      });
    },
    open: (request) => {
      const record: MutableRecord = {
        ...request,
        id: nextId++,
        body: '',
        bodyCharacters: undefined,
        bodyCut: false,
        status: undefined,
        responseHeaders: undefined,
        responseBody: undefined,
        responseBodyCharacters: undefined,
        responseBodyCut: false,
        durationMs: undefined,
        outcome: 'pending',
        ran: [],
      };
      const key = `${record.service} ${record.operation}`;
      totals.set(key, (totals.get(key) ?? 0) + 1);
      records.push(record);
      trim();
      changed(record);
      return record;
    },
    changed,
    watch: (listener) => {
      watchers.add(listener);
      return () => {
        watchers.delete(listener);
      };
    },
    get firstId() {
      return records[0]?.id ?? nextId;
    },
    get lastId() {
      return nextId - 1;
    },
    noteBody: (record, body) => {
      record.body = kept(body ?? '');
      record.bodyCharacters = body?.length;
      record.bodyCut = body === undefined || record.body.length < body.length;
    },
    noteResponseBody: (record, body) => {
      record.responseBody = kept(body);
      record.responseBodyCharacters = body.length;
      record.responseBodyCut = record.responseBody.length < body.length;
    },
    close: () => {
      for (const waiter of waiters)
        waiter.settle(new EmulatorError('CLOSED', 'The emulator was closed while a request was awaited.'));
    },
  };
}
