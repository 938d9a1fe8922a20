import type { OperationName, ServiceName } from './service-route.ts';

/** One request as the emulator received it, and what became of it. */
export interface RecordedRequest {
  /** Counts up from 1 over all services. */
  readonly id: number;
  readonly service: ServiceName;
  readonly operation: OperationName;
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** Names in lower case; a repeated header is joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly accountId?: string | undefined;
  /** From the path of an invocation. */
  readonly uuid?: string | undefined;
  readonly eventId?: string | undefined;
  /** On the emulator's clock. */
  readonly startedAtMs: number;
  /** Empty until it was read, and if it was longer than `maxRequestBytes`. Of a long one the beginning: see `bodyCut`. */
  readonly body: string;
  /** How many characters were sent; undefined if that were more than are read. */
  readonly bodyCharacters?: number | undefined;
  /** Whether `body` is less than what was sent (`journalBodyCharacters`). */
  readonly bodyCut: boolean;
  /** Undefined while unanswered, and for ever if the connection was cut first. */
  readonly status?: number | undefined;
  /** Names in lower case. */
  readonly responseHeaders?: Readonly<Record<string, string>> | undefined;
  readonly responseBody?: string | undefined;
  /** How many characters the answer has. */
  readonly responseBodyCharacters?: number | undefined;
  /** Whether `responseBody` is less than what was answered (`journalBodyCharacters`). */
  readonly responseBodyCut: boolean;
  readonly durationMs?: number | undefined;
  /** `cut`: a fault ended the connection. `aborted`: the caller did. */
  readonly outcome: 'pending' | 'answered' | 'cut' | 'aborted';
  /** Functions that ran for this request, in order. */
  readonly ran: readonly string[];
}

/** A record while its request is under way. */
export type MutableRecord = { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] } & { ran: string[] };
