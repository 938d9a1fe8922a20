import { parseJsonObject } from '@lp-functions/http';
import type { KeyRing } from '@lp-functions/redis-access';
import { itemUnreadable } from './queue-failure.ts';
import type { EnqueueOptions, QueueTarget } from './queue-item.ts';

/** What is kept of an item's call: never a signal, a token or anything else of the process that enqueued it. */
export interface ItemCall {
  readonly target: QueueTarget;
  readonly payload: unknown;
  readonly options: Omit<EnqueueOptions, 'key' | 'keyForMs' | 'delayMs'>;
  /** Name of the definition that says what its result is. */
  readonly definition?: string | undefined;
  /** Context of the trace in which it was enqueued, as W3C headers. */
  readonly trace?: Readonly<Record<string, string>> | undefined;
}

/** Version of the form in which items are kept. */
const VERSION = 1;

/** As it is kept: short names, since there are many of them. What is sealed is one text, `x`. */
interface StoredCall {
  readonly v: number;
  readonly t: QueueTarget;
  readonly n?: string;
  readonly c?: Readonly<Record<string, string>>;
  readonly p?: unknown;
  readonly o?: object;
  readonly x?: string;
}

const UNSEALED = 'it is not sealed, although encryptionKeys were given';

/** Where texts of an item are kept. A sealed one opens nowhere else. */
export type TextPlace = 'call' | 'answer' | 'reason';

/** Writes what is kept of an item, and reads it; sealed, if there are keys. */
export interface ItemEnvelope {
  write(id: string, call: ItemCall): Promise<object>;
  /** @throws {@link InvocationQueueError} ITEM_UNREADABLE */
  read(id: string, stored: unknown): Promise<ItemCall>;
  /** Anything of JSON, for example an answer: as it is, or sealed. */
  wrap(id: string, place: TextPlace, value: unknown): Promise<unknown>;
  /** @throws {@link InvocationQueueError} ITEM_UNREADABLE */
  unwrap(id: string, place: TextPlace, stored: unknown): Promise<unknown>;
}

/**
 * Makes the envelope of one queue's items.
 *
 * @param queue - full name, part of what is authenticated.
 * @param keyRing - seals payload, options, answers and reasons. Target and trace context stay readable.
 */
export function createItemEnvelope(queue: string, keyRing: KeyRing | undefined): ItemEnvelope {
  const contextOf = (id: string, place: TextPlace): string => JSON.stringify([queue, id, place]);

  async function open(id: string, place: TextPlace, sealed: string): Promise<unknown> {
    if (keyRing === undefined) throw itemUnreadable(id, 'it is sealed, and no encryptionKeys were given');
    const opened = await keyRing.open(sealed, contextOf(id, place));
    if (opened.problem === 'unknown key') {
      throw itemUnreadable(id, `it is sealed with the key ${opened.keyId}, which was not given`);
    }
    if (opened.problem !== undefined) throw itemUnreadable(id, 'it was damaged, or put there by somebody else');
    return JSON.parse(opened.text);
  }

  return {
    async write(id, { target, payload, options, definition, trace }) {
      const body = { p: payload, o: options };
      return {
        v: VERSION,
        t: target,
        ...(definition === undefined ? {} : { n: definition }),
        ...(trace === undefined ? {} : { c: trace }),
        ...(keyRing === undefined ? body : { x: await keyRing.seal(JSON.stringify(body), contextOf(id, 'call')) }),
      };
    },
    async read(id, stored) {
      const { v, t, n, c, p, o, x } = (stored ?? {}) as Partial<StoredCall>;
      if (v !== VERSION) throw itemUnreadable(id, `its form is ${String(v)}, this version knows ${String(VERSION)}`);
      if (!isTarget(t)) throw itemUnreadable(id, 'it does not say what to invoke');
      // With keys, what is not sealed was not written by whoever has them.
      if (keyRing !== undefined && x === undefined) throw itemUnreadable(id, UNSEALED);
      const body = x === undefined ? { p, o } : ((await open(id, 'call', x)) as Pick<StoredCall, 'p' | 'o'>);
      return { target: t, payload: body.p, options: body.o ?? {}, definition: n, trace: c };
    },
    async wrap(id, place, value) {
      return keyRing === undefined ? value : { x: await keyRing.seal(JSON.stringify(value), contextOf(id, place)) };
    },
    async unwrap(id, place, stored) {
      const { x } = (typeof stored === 'object' && stored !== null ? stored : {}) as { readonly x?: unknown };
      if (typeof x === 'string' && x.startsWith('lpfn')) return open(id, place, x);
      if (keyRing !== undefined) throw itemUnreadable(id, UNSEALED);
      return stored;
    },
  };
}

function isTarget(value: unknown): value is QueueTarget {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).length === 1 && ['uuid', 'name', 'eventId'].some((kind) => kind in value);
}

/** What is to be invoked, which is never sealed; as far as that can be told. */
export function targetOf(stored: unknown): QueueTarget | undefined {
  const { t } = (stored ?? {}) as Partial<StoredCall>;
  return isTarget(t) ? t : undefined;
}

/** A dead letter's reason, as Redis keeps it: its state and code stay readable, so that they can be counted. */
export interface StoredReason {
  readonly state: 'failed' | 'uncertain';
  readonly code: string;
  /** As {@link ItemEnvelope.wrap} gives it. */
  readonly why: unknown;
}

/** @returns nothing if it was not this package that wrote it. */
export function readStoredReason(text: string | undefined): StoredReason | undefined {
  const { state, code, why } = parseJsonObject(text ?? '') ?? {};
  if ((state !== 'failed' && state !== 'uncertain') || typeof code !== 'string') return undefined;
  return { state, code, why };
}
