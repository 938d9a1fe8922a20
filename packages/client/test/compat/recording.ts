import type { Emulator, RecordedRequest } from '@lp-functions/emulator';

/** Everything that a scenario came to with one client, in texts and numbers that do not depend on the run. */
export type Recording = Readonly<Record<string, unknown>>;

/** A place where two recordings are not alike. */
export interface Difference {
  /** Where: `requests.0.query.skillId`, `outcome.error.name`. */
  readonly at: string;
  readonly official: unknown;
  readonly ours: unknown;
}

/** Headers that the platform or a function could look at. */
const HEADERS = [
  'accept',
  'authorization',
  'content-type',
  'dpop',
  'lp-eventsource',
  'user-agent',
  'x-request-id',
  'x-team',
];

/** Headers of an answer that say nothing about it, or depend on the time. */
const PASSING = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'];

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

const ISO_TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** The requests that the emulator received. */
export function recordedRequests(emulator: Emulator): unknown[] {
  return emulator.requests.list().map(requestOf);
}

/** How many requests of each kind the emulator received. */
export function countedRequests(emulator: Emulator): unknown {
  const counts: Record<string, number> = {};
  for (const { operation } of emulator.requests.list()) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}

function requestOf({ operation, method, path, query, headers, body }: RecordedRequest): unknown {
  const host = (headers['host'] ?? '').replace(/:\d+$/, '');
  return { operation, method, host, path, query, headers: shownHeaders(headers), body: bodyOf(body, headers) };
}

function shownHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const shown = Object.fromEntries(
    HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
  if (shown['authorization'] !== undefined) shown['authorization'] = shown['authorization'].replace(/ .*/, ' …');
  return shown;
}

function bodyOf(body: string, headers: Readonly<Record<string, string>>): unknown {
  if (body === '') return undefined;
  const form = headers['content-type']?.includes('form-urlencoded') === true;
  return form ? Object.fromEntries(new URLSearchParams(body)) : (JSON.parse(body) as unknown);
}

/** What a method resolved to or rejected with. */
export async function recordedOutcome(work: () => Promise<unknown>, see: (value: unknown) => void): Promise<unknown> {
  try {
    const value = await work();
    see(value);
    return { value: shownValue(value) };
  } catch (error) {
    see(error);
    return { error: shownError(error) };
  }
}

/** Error chains of verror, or of whatever has its fields. */
function shownError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, jse_cause, jse_info } = error as Error & {
    readonly jse_cause?: unknown;
    readonly jse_info?: object;
  };
  const { response, requestOptions } = (jse_info ?? {}) as Record<string, unknown>;
  const info = {
    ...(response === undefined ? {} : { response: shownValue(response) }),
    ...(requestOptions === undefined ? {} : { requestOptions: 'present' }),
  };
  return {
    name,
    message,
    ...(Object.keys(info).length === 0 ? {} : { info }),
    // Below what the official client names itself are the errors of its libraries, and of ours.
    ...(jse_cause instanceof Error && jse_cause.message !== '' && 'jse_shortmsg' in jse_cause
      ? { cause: shownError(jse_cause) }
      : {}),
  };
}

function shownValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('ok' in value)) return value;
  const { headers, ...response } = value as { readonly headers?: Readonly<Record<string, unknown>> };
  const shown = Object.entries(headers ?? {}).filter(([name]) => !PASSING.includes(name));
  return { ...response, ...(headers === undefined ? {} : { headers: Object.fromEntries(shown) }) };
}

/** What a collector was told, with durations as what they are. */
export function shownMetric(metric: Readonly<Record<string, unknown>>): unknown {
  const { requestDurationInMillis, error, ...rest } = metric;
  return {
    ...rest,
    requestDurationInMillis: typeof requestDurationInMillis,
    error: error instanceof Error ? error.name : error,
  };
}

/** Where two recordings differ. What only one of them has is one difference, however much is in it. */
export function differencesOf(official: Recording, ours: Recording): Difference[] {
  const found: Difference[] = [];
  const compare = (one: unknown, other: unknown, path: readonly string[]): void => {
    if (isNode(one) && isNode(other) && !areForeign(one, other, path.at(-1))) {
      for (const name of new Set([...Object.keys(one), ...Object.keys(other)]))
        compare(one[name], other[name], [...path, name]);
    } else if (JSON.stringify(one) !== JSON.stringify(other)) {
      found.push({ at: path.join('.'), official: summary(one), ours: summary(other) });
    }
  };
  compare(settled(official), settled(ours), []);
  return found;
}

type Node = Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

/** Bodies without a field in common, and values beside errors, have nothing to compare. */
function areForeign(one: Node, other: Node, name: string | undefined): boolean {
  if (name !== 'body' && name !== 'outcome' && name !== 'query') return false;
  const size = Object.keys(one).length + Object.keys(other).length;
  return name !== 'query' && size > 0 && !Object.keys(one).some((key) => key in other);
}

/** A text for what has many fields. */
function summary(value: unknown): unknown {
  if (!isNode(value)) return value ?? null;
  if (typeof value['operation'] === 'string') return value['operation'];
  return JSON.stringify(value);
}

/** Written and read again, as JSON has no undefined properties, with what depends on the run replaced. */
function settled(recording: Recording): unknown {
  return JSON.parse(JSON.stringify(recording), (name, value: unknown) => {
    if (name === 'timestamp') return typeof value === 'string' ? 'a time' : value === 5 ? 5 : `a ${typeof value}`;
    return typeof value === 'string'
      ? value
          .replace(UUID, '<uuid>')
          .replace(ISO_TIME, '<time>')
          .replace(/\d{10,}/g, '<number>')
      : value;
  }) as unknown;
}
