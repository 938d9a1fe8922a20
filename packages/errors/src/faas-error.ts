import { ERROR_BRAND, isBranded } from './error-brand.ts';

/**
 * Whether the function may have run. `'no'`: it certainly did not. `'yes'`: it certainly did. `'maybe'`: the request was
 * sent and nothing that came back settles it.
 */
export type Executed = 'no' | 'maybe' | 'yes';

/** Who has to act: the calling code, the author of the function, LivePerson's platform, or the network in between. */
export type Fault = 'caller' | 'function' | 'platform' | 'network';

/** What is known about the call that failed. Every error can carry it. */
export interface ErrorContext {
  /** Name of the operation, as the method is called: `invokeByUuid`, `clientCredentials`, `discover`. */
  readonly operation?: string | undefined;
  /** LivePerson account (site) id. */
  readonly accountId?: string | undefined;
  /** What the operation was aimed at: a function UUID, an event id, a service name. */
  readonly target?: string | undefined;
  /** The `X-Request-ID` that every attempt of the call carried. */
  readonly requestId?: string | undefined;
  /** How many requests were sent for the call. */
  readonly attempts?: number | undefined;
}

/** Everything a {@link FaaSError} is made from. */
export interface FaaSErrorOptions extends ErrorContext {
  /** Stable identifier; all of them are listed in docs/errors.md. */
  readonly code: string;
  /** Who has to act. */
  readonly fault: Fault;
  /** True if repeating now may succeed and cannot run a function again. Default `false`. */
  readonly retryable?: boolean | undefined;
  /** Whether the function may have run. Default `'no'`. */
  readonly executed?: Executed | undefined;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** What to do about it, in one sentence. */
  readonly hint?: string | undefined;
  /** What led to it. Never an error of an HTTP or OAuth library as it is: those carry credentials. */
  readonly cause?: unknown;
}

/** The base of every error this family throws. Told apart by `code`; classes say who must act. */
export class FaaSError extends Error {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'FaaSError', configurable: true, writable: true });
  }

  /** Stable identifier; all of them are listed in docs/errors.md. */
  readonly code: string;
  /** True only if repeating the call now may succeed, and the function cannot run a second time or the call said that it may. */
  readonly retryable: boolean;
  /** Whether the function may have run. */
  readonly executed: Executed;
  /** Who has to act. */
  readonly fault: Fault;
  /** Name of the operation that failed. */
  declare readonly operation?: string | undefined;
  /** LivePerson account (site) id. */
  declare readonly accountId?: string | undefined;
  /** Function UUID, event id or service name. */
  declare readonly target?: string | undefined;
  /** The `X-Request-ID` of the call. */
  declare readonly requestId?: string | undefined;
  /** How many requests were sent for the call. */
  declare readonly attempts?: number | undefined;
  /** How long the server asked to wait, in milliseconds. */
  declare readonly retryAfterMs?: number | undefined;
  /** What to do about it. */
  declare readonly hint?: string | undefined;

  /**
   * @param message - what was tried, on what, and what came back.
   * @param options - the error's fields.
   */
  constructor(message: string, options: FaaSErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    Object.defineProperty(this, ERROR_BRAND, { value: true });
    this.code = options.code;
    this.fault = options.fault;
    this.executed = options.executed ?? 'no';
    this.retryable = options.retryable ?? false;
    assignDefined(this, {
      operation: options.operation,
      accountId: options.accountId,
      target: options.target,
      requestId: options.requestId,
      attempts: options.attempts,
      retryAfterMs: options.retryAfterMs,
      hint: options.hint,
    });
  }

  /** A plain object with every enumerable field, the message and a shortened cause: what a log line should hold. */
  toJSON(): Record<string, unknown> {
    return describeError(this, new Set());
  }
}

/** Sets on `target` those `fields` that have a value, so that printed errors show no empty ones. */
export function assignDefined(target: object, fields: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) Object.defineProperty(target, name, { value, enumerable: true });
  }
}

/** An error of this family, as any installed copy makes it. */
interface Described {
  readonly name: string;
  readonly message: string;
  readonly cause?: unknown;
}

/** @param seen - the errors above this one: a chain of causes may be a circle. */
function describeError(error: Described, seen: Set<unknown>): Record<string, unknown> {
  seen.add(error);
  const json: Record<string, unknown> = { name: error.name, message: error.message, ...(error as object) };
  delete json['cause'];
  const cause = seen.has(error.cause) ? undefined : describeCause(error.cause, seen);
  if (cause !== undefined) json['cause'] = cause;
  return json;
}

function describeCause(cause: unknown, seen: Set<unknown>): unknown {
  if (typeof cause === 'string' || typeof cause === 'number' || typeof cause === 'boolean') return cause;
  // By its mark: another installed copy of this package may have made it.
  if (isBranded(cause)) return describeError(cause as Described, seen);
  // By its fields: an error of another realm, such as a test runner's, is no `instanceof Error` here.
  if (typeof cause !== 'object' || cause === null || !('message' in cause)) return undefined;
  const { name, message, code } = cause as {
    readonly name?: unknown;
    readonly message: unknown;
    readonly code?: unknown;
  };
  return { name, message, ...(typeof code === 'string' ? { code } : {}) };
}
