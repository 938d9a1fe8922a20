import { type FaaSError, isFaaSError, SentinelOAuthError } from '@lp-functions/errors';
import { type CallLimits, type Clock, type HttpClient, parseJsonObject } from '@lp-functions/http';
import type { CryptoKey, JSONWebKeySet, JWK, JWSHeaderParameters } from 'jose';
import { describeAnswer } from './sentinel-failure.ts';
import type { ServerTime } from './server-time.ts';
import { jwksUrl } from './user-token-endpoint.ts';

/** A public key as RFC 7517 writes it. */
export interface JsonWebKey {
  readonly kty: string;
  readonly kid?: string | undefined;
  readonly use?: string | undefined;
  readonly alg?: string | undefined;
  readonly [parameter: string]: unknown;
}

/** The keys with which Sentinel signs. */
export interface JsonWebKeySet {
  readonly keys: readonly JsonWebKey[];
}

/** Seen in code of others; LivePerson publishes no lifetime. */
const FRESH_MS = 300_000;
/** After a key was not found, others that are not there are not looked for at once. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;
/** RFC 7518 section 3.3. LivePerson's printed samples are signed with 1,024 bits, which prove nothing any more. */
const MIN_RSA_BITS = 2_048;
const MAX_RESPONSE_BYTES = 256 * 1024;

/** Finds the key of a signature. */
export interface SentinelKeys {
  /** Asks for the keys now. */
  fetch(limits: CallLimits): Promise<JsonWebKeySet>;
  /**
   * A function as jose takes it. A `kid` that is unknown makes it ask once more; if that brings nothing, it leaves
   * Sentinel alone for a while, 5 s doubling to 5 min.
   *
   * @throws {@link SentinelOAuthError} KEY_UNAVAILABLE.
   */
  finder(limits: CallLimits): (header: JWSHeaderParameters) => Promise<CryptoKey>;
}

/** Parts of {@link createSentinelKeys}. */
export interface SentinelKeysParts {
  readonly accountId: string;
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly serverTime: ServerTime;
  readonly origin: () => Promise<string>;
}

/** Makes a cache of Sentinel's keys. */
export function createSentinelKeys({ accountId, clock, http, serverTime, origin }: SentinelKeysParts): SentinelKeys {
  let known: { readonly keys: JsonWebKeySet; readonly atMs: number } | undefined;
  let underWay: Promise<JsonWebKeySet> | undefined;
  let misses = 0;
  let pauseUntilMs = Number.NEGATIVE_INFINITY;
  const context = { operation: 'jwks', accountId };

  async function ask(): Promise<JsonWebKeySet> {
    const sentAtMs = clock.now();
    const answer = await http.request({
      context,
      method: 'GET',
      url: jwksUrl(await origin()),
      headers: { accept: 'application/json' },
      rule: 'read',
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
    serverTime.learn(answer, sentAtMs);
    const keys = answer.status < 300 ? readKeys(answer.text) : undefined;
    if (keys === undefined) throw describeAnswer(answer, context);
    known = { keys, atMs: clock.monotonicNow() };
    return keys;
  }

  /** Shared by all who wait: nobody's limits end it. */
  function fetchShared(): Promise<JsonWebKeySet> {
    underWay ??= ask().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  async function find(header: JWSHeaderParameters, limits: CallLimits): Promise<CryptoKey> {
    const nowMs = clock.monotonicNow();
    if (known !== undefined && nowMs - known.atMs < FRESH_MS) {
      const key = await select(known.keys, header);
      if (key !== undefined) return key;
    }
    if (nowMs < pauseUntilMs) return oldKey(header);
    let cause: FaaSError | undefined;
    try {
      const key = await select(await http.within(fetchShared(), limits, context), header);
      if (key !== undefined) {
        misses = 0;
        return key;
      }
    } catch (error) {
      if (!isFaaSError(error)) throw error;
      cause = error;
    }
    pauseUntilMs = clock.monotonicNow() + Math.min(FIRST_PAUSE_MS * 2 ** misses, LONGEST_PAUSE_MS);
    misses += 1;
    return oldKey(header, cause);
  }

  /** Keys that could not be renewed are better than none. */
  async function oldKey(header: JWSHeaderParameters, cause?: FaaSError): Promise<CryptoKey> {
    const old = known === undefined ? undefined : await select(known.keys, header);
    if (old !== undefined) return old;
    throw unavailable(accountId, cause);
  }

  return {
    fetch: (limits) => http.within(fetchShared(), limits, context),
    finder: (limits) => (header) => find(header, limits),
  };
}

async function select(keys: JsonWebKeySet, header: JWSHeaderParameters): Promise<CryptoKey | undefined> {
  const { createLocalJWKSet } = await import('jose');
  try {
    const key = await createLocalJWKSet(keys as unknown as JSONWebKeySet)(header);
    const { modulusLength } = key.algorithm as { readonly modulusLength?: number };
    return modulusLength !== undefined && modulusLength < MIN_RSA_BITS ? undefined : key;
  } catch {
    // None fits, or it is of a kind that is not known here, or it is no key at all. Or the token has no kid and there are several
    // keys: which one it was cannot be known.
    return undefined;
  }
}

function readKeys(text: string): JsonWebKeySet | undefined {
  const keys: unknown = parseJsonObject(text)?.['keys'];
  if (!Array.isArray(keys)) return undefined;
  const isKey = (key: unknown): key is JWK & JsonWebKey =>
    typeof key === 'object' && key !== null && 'kty' in key && typeof key.kty === 'string';
  return { keys: keys.filter(isKey) };
}

function unavailable(accountId: string, cause?: FaaSError): SentinelOAuthError {
  return new SentinelOAuthError(`Sentinel has no key for the signature of this token (account ${accountId})`, {
    operation: 'jwks',
    accountId,
    code: 'KEY_UNAVAILABLE',
    retryable: true,
    hint: 'Keys may have been rotated a moment ago, be too short (RSA: below 2,048 bits), or the token is not from this Sentinel.',
    cause,
  });
}
