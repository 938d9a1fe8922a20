import type { InvocationOutcome } from '../platform/invocation.ts';
import type { PrivateRecords } from './private-records.ts';

/** One call of a function that somebody asked for, and what came of it. */
export interface CallRecord {
  /** Id of the user who may see it. */
  readonly userId: string;
  /** In whose name the function was called: with the user's token, or with that of this server. */
  readonly calledAs: 'user' | 'server';
  readonly functionName: string;
  /** Path of the form that it was sent with. */
  readonly formPath: string;
  /** As it was typed. */
  readonly payload: string;
  /** `X-Request-ID` that the gateway was sent. */
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly beganAtMs: number;
  /** Id of the item in the queue, if the call was queued. */
  readonly queueItemId?: string | undefined;
  /** Absent while the call is under way. */
  readonly outcome?: InvocationOutcome | undefined;
}

/**
 * The calls of the last hour, by an id that the form brings along. Being records and not part of a page, an answer survives
 * a reload, a call is made once however often its form is sent, and two tabs do not overwrite each other's.
 */
export interface CallRecords {
  /** False if a call with this id was begun before, by whatever process: do not make it again. */
  begin(id: string, call: CallRecord): Promise<boolean>;
  /** Keeps what has become of it. */
  finish(id: string, call: CallRecord): Promise<void>;
  /** The call, if this user may see it. */
  find(id: string, userId: string): Promise<CallRecord | undefined>;
}

/** @param records - shared by all processes that serve the same address. */
export function createCallRecords(records: PrivateRecords<CallRecord>): CallRecords {
  return {
    begin: (id, call) => records.create(id, call),
    finish: (id, call) => records.set(id, call),
    async find(id, userId) {
      const call = await records.get(id);
      return call?.userId === userId ? call : undefined;
    },
  };
}
