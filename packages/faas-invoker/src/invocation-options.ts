import { ConfigurationError } from '@lp-functions/errors';
import {
  abortSignal,
  type CallRetryOptions,
  checkCallRetry,
  duration,
  flag,
  headerText,
  type OptionRule,
  required,
  text,
} from '@lp-functions/http';
import type { FunctionHeader } from './invocation-payload.ts';
import type { UndefinedProperties } from './payload-losses.ts';
import { type Schema, schemaRule } from './standard-schema.ts';

/** What one call can be told. */
export interface InvocationOptions<T = unknown> {
  /** Names and values for the function, which finds them in `input.headers`. They are not HTTP headers. */
  readonly headers?: Readonly<Record<string, string>> | readonly FunctionHeader[] | undefined;
  /** Skill by which the platform picks among an event's listeners. */
  readonly skillId?: string | undefined;
  /** LivePerson user in whose name the call is made, where the token does not say so. */
  readonly userId?: string | undefined;
  /** Name of the calling system. V2 sends it as `LP-EventSource`, V1 as `externalSystem`. */
  readonly eventSource?: string | undefined;
  /** `X-Request-ID` of every attempt. Default: a new UUID. */
  readonly requestId?: string | undefined;
  /** Ends the call, at whatever stage it is. */
  readonly signal?: AbortSignal | undefined;
  /** Limit of one attempt in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Limit of the whole call in milliseconds, with discovery, token, attempts and waits. */
  readonly deadlineMs?: number | undefined;
  /** Says that running the function twice does no harm, so that the call is also repeated when it may have run. */
  readonly idempotent?: boolean | undefined;
  /**
   * Numbers of the retry policy for this call, over those of the client. What may be repeated at all stays as it is. The lookup
   * of a name is shared with other calls, and has the client's.
   */
  readonly retry?: CallRetryOptions | undefined;
  /**
   * What becomes of properties of the payload that are `undefined`. Default `'refuse'`: JSON would leave them out without a
   * word, and the function would not find what its caller believes to have sent. `'omit'` leaves them out.
   */
  readonly undefinedProperties?: UndefinedProperties | undefined;
  /** Validates the payload before anything is sent; what it makes of it is sent. Any Standard Schema: zod, valibot, … */
  readonly payload?: Schema | undefined;
  /** Validates what the function returns (each listener's, for an event) and gives it its type. Any Standard Schema. */
  readonly result?: Schema<unknown, T> | undefined;
  /** Limit of the answer in bytes; a longer one is `RESPONSE_TOO_LARGE`. Default 10 MiB. */
  readonly maxResponseBytes?: number | undefined;
}

/** A size in bytes: a whole number above 0. */
export const byteLimit: OptionRule = (value) =>
  value === undefined || (typeof value === 'number' && Number.isSafeInteger(value) && value > 0)
    ? undefined
    : 'must be a whole number of bytes above 0';

/** A text that may stand in a query: an id of LivePerson's. */
export const identifier: OptionRule = (value) =>
  value === undefined || (typeof value === 'string' && /^[^\p{Cc}\p{Cs}]{1,256}$/u.test(value))
    ? undefined
    : 'must be a text without control characters, 256 characters at most';

/** What becomes of `undefined`. */
export const undefinedPropertiesRule: OptionRule = (value) =>
  value === undefined || value === 'refuse' || value === 'omit' ? undefined : 'must be refuse or omit';

const rules: ReadonlyMap<string, OptionRule> = new Map<keyof InvocationOptions, OptionRule>([
  ['headers', headersRule],
  ['skillId', identifier],
  ['userId', identifier],
  ['eventSource', headerText],
  ['requestId', headerText],
  ['signal', abortSignal],
  ['timeoutMs', duration],
  ['deadlineMs', duration],
  ['idempotent', flag],
  ['retry', callRetryRule],
  ['undefinedProperties', undefinedPropertiesRule],
  ['payload', schemaRule],
  ['result', schemaRule],
  ['maxResponseBytes', byteLimit],
]);

/**
 * Checks the options of one call. Looks only at what is there: it runs with every invocation.
 *
 * @throws {@link ConfigurationError} UNKNOWN_OPTION, INVALID_OPTION.
 */
export function checkInvocationOptions(options: InvocationOptions): void {
  if (typeof options !== 'object' || (options as unknown) === null) {
    throw new ConfigurationError('options must be an object', { code: 'INVALID_OPTION', option: 'options' });
  }
  for (const [name, value] of Object.entries(options)) {
    const rule = rules.get(name);
    if (rule === undefined) {
      throw new ConfigurationError(
        `there is no option ${JSON.stringify(name)}; there are ${[...rules.keys()].join(', ')}`,
        {
          code: 'UNKNOWN_OPTION',
          option: name,
        },
      );
    }
    const problem = rule(value);
    if (problem !== undefined) {
      throw new ConfigurationError(`${name} ${problem}`, { code: 'INVALID_OPTION', option: name });
    }
  }
}

/** The `headers` option in the form of the wire. */
export function functionHeaders(headers: InvocationOptions['headers']): readonly FunctionHeader[] {
  if (headers === undefined) return [];
  // Key and value alone: what else hangs on an entry is not for the function.
  if (Array.isArray(headers)) return (headers as readonly FunctionHeader[]).map(({ key, value }) => ({ key, value }));
  return Object.entries(headers as Readonly<Record<string, string>>).map(([key, value]) => ({ key, value }));
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Checks the UUID of a function, which becomes a segment of the path.
 *
 * @throws {@link ConfigurationError} INVALID_OPTION
 */
export function checkUuid(uuid: string, option = 'uuid'): void {
  if (typeof uuid === 'string' && UUID.test(uuid)) return;
  throw new ConfigurationError(
    `${option} must be the UUID of a function, such as 6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55`,
    {
      code: 'INVALID_OPTION',
      option,
      hint: 'The function’s page in LivePerson Functions shows it.',
    },
  );
}

/**
 * Checks an event id, which becomes a segment of the path. One that would have to be encoded is refused: LivePerson has
 * none, and whether the gateway decodes is not known.
 *
 * @throws {@link ConfigurationError} INVALID_OPTION
 * @see LivePerson's own ids, all of which are letters, digits and underscores.
 */
export function checkEventId(eventId: string, option = 'eventId'): void {
  if (typeof eventId === 'string' && /^(?!\.{1,2}$)[\w.~-]{1,128}$/.test(eventId)) return;
  throw new ConfigurationError(`${option} must be made of letters, digits, _ - . and ~, 128 characters at most`, {
    code: 'INVALID_OPTION',
    option,
    hint: 'LivePerson’s own ids are lower case with underscores, such as controllerbot_messaging_new_conversation.',
  });
}

/**
 * Checks the name of a function.
 *
 * @throws {@link ConfigurationError} INVALID_OPTION
 */
export function checkName(name: string, option = 'name'): void {
  const problem = required(identifier)(name);
  if (problem === undefined) return;
  throw new ConfigurationError(`${option} ${problem}`, { code: 'INVALID_OPTION', option });
}

/**
 * Checks a skill that is given outside the options of a call.
 *
 * @throws {@link ConfigurationError} INVALID_OPTION
 */
export function checkSkillId(skillId: string | undefined): void {
  const problem = identifier(skillId);
  if (problem === undefined) return;
  throw new ConfigurationError(`skillId ${problem}`, { code: 'INVALID_OPTION', option: 'skillId' });
}

/** Throws by itself: it knows which of the numbers is wrong. */
function callRetryRule(value: unknown): undefined {
  if (value !== undefined) checkCallRetry(value as CallRetryOptions);
}

function headersRule(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const wrong = 'must be an object of texts, or a list of { key, value }';
  if (typeof value !== 'object' || value === null) return wrong;
  const entries: unknown[] = Array.isArray(value)
    ? value
    : Object.entries(value).map(([key, inner]: [string, unknown]) => ({ key, value: inner }));
  return entries.every(isHeader) ? undefined : wrong;
}

function isHeader(entry: unknown): boolean {
  if (typeof entry !== 'object' || entry === null) return false;
  const { key, value } = entry as Record<string, unknown>;
  return text(key) === undefined && key !== undefined && typeof value === 'string';
}
