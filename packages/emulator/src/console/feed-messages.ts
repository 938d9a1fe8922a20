/** One request as the console lists it: without headers and bodies, which are fetched when it is opened. */
export interface RequestSummary {
  readonly id: number;
  readonly service: string;
  readonly operation: string;
  readonly method: string;
  /** Without the query, secrets masked. */
  readonly path: string;
  readonly accountId?: string | undefined;
  readonly uuid?: string | undefined;
  readonly eventId?: string | undefined;
  /** On the emulator's clock. */
  readonly startedAtMs: number;
  readonly status?: number | undefined;
  readonly durationMs?: number | undefined;
  readonly outcome: 'pending' | 'answered' | 'cut' | 'aborted';
}

/** The requests of a few seconds, counted. */
export interface TrafficSlot {
  /** On the machine's clock, which only goes forward: the chart must not jump with the emulator's. */
  readonly startMs: number;
  readonly calls: number;
  /** Status 400 and above, or no answer. */
  readonly failures: number;
  readonly medianMs: number;
  readonly p95Ms: number;
}

/** The slots of all requests, and of invocations alone. */
export interface Traffic {
  readonly slotMs: number;
  readonly all: readonly TrafficSlot[];
  readonly invocations: readonly TrafficSlot[];
}

/** What can change besides requests. A page that shows it asks the scripting interface again. */
export const CONSOLE_AREAS = ['accounts', 'functions', 'apps', 'users', 'tokens', 'faults', 'clock'] as const;

/** Something that can change besides requests. */
export type ConsoleArea = (typeof CONSOLE_AREAS)[number];

/** Where the journal begins and ends. */
export interface JournalBounds {
  /** The oldest request that is kept. */
  readonly firstId: number;
  /** The newest there was. */
  readonly lastId: number;
}

/** First message of the event `hello`: everything a page starts from. */
export interface HelloMessage extends JournalBounds {
  /** Another one means another emulator on this port. */
  readonly startId: string;
  /** The newest requests, oldest first. */
  readonly requests: readonly RequestSummary[];
  readonly traffic: Traffic;
}

/** Message of the event `requests`. */
export interface RequestsMessage extends JournalBounds {
  /** New and changed ones, the latest state of each. */
  readonly requests: readonly RequestSummary[];
  /** How many changed and were left out, because there were too many or the page was too slow. They can be fetched. */
  readonly skipped: number;
}

/** What is answered to the question for requests that were left out. */
export interface SummaryPage extends JournalBounds {
  readonly requests: readonly RequestSummary[];
}
