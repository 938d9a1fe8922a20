import { isFaaSError, isSentinelOAuthError } from '@lp-functions/errors';
import {
  anything,
  callable,
  checkOptions,
  type Clock,
  emitEvent,
  type EventListener,
  type Logger,
  systemClock,
  withMethods,
} from '@lp-functions/http';
import { grantBackoffMs } from './grant-backoff.ts';
import { phaseOf } from './renewal-windows.ts';
import { fromStored, type TokenSet, toStored } from './token-set.ts';
import type { Lease, TokenStore } from './token-store.ts';

/**
 * Obtains new tokens. It belongs to all callers that wait, so it is never given one caller's signal.
 *
 * @param last - the tokens that are to be replaced, if there are any.
 */
export type ObtainTokens = (last: TokenSet | undefined) => Promise<TokenSet>;

/** Options of {@link createTokenSource}. */
export interface TokenSourceOptions {
  /** Where tokens are kept between processes. Default: nowhere but in this source. */
  readonly store?: TokenStore | undefined;
  /** Name of these tokens in the store: one per Sentinel host, account, client and user. Needed with `store`. */
  readonly key?: (() => string | Promise<string>) | undefined;
  /** For events. */
  readonly accountId?: string | undefined;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  readonly onEvent?: EventListener | undefined;
}

/** Has a token when one is needed, and renews it in time. */
export interface TokenSource {
  /**
   * The token to use now. One that is fresh comes at once; near its end it is renewed in the background; all callers that
   * need a new one wait for the same request.
   *
   * @param rejected - an access token that a server answered 401 to: if it is still the current one, it is replaced first.
   * @throws {@link SentinelOAuthError} or {@link TransportError}, whatever obtaining a token threw. A failed renewal is not
   *   noticed while the old token lives.
   */
  get(rejected?: string): Promise<TokenSet>;
  /** Drops the token that is held here; the store keeps its own. */
  forget(): void;
}

interface Held {
  readonly tokens: TokenSet;
  readonly lifetimeMs: number;
  /** On the monotonic clock, so that a wall clock that jumps changes nothing. */
  readonly bornAtMs: number;
}

/** After this long without a rejection, the next one is answered by a renewal at once again. */
const REJECTIONS_FORGOTTEN_AFTER_MS = 60_000;

/**
 * Makes a source of tokens for one identity.
 *
 * @param obtain - asks for new ones.
 * @param options - store, clock and who is told.
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function createTokenSource(obtain: ObtainTokens, options: TokenSourceOptions = {}): TokenSource {
  checkOptions(
    options,
    {
      store: withMethods('get', 'set', 'delete', 'withLock'),
      key: (value) =>
        options.store !== undefined && value === undefined ? 'is missing beside store' : callable(value),
      accountId: anything,
      clock: withMethods('now', 'monotonicNow'),
      logger: withMethods('debug', 'info', 'warn', 'error'),
      onEvent: callable,
    },
    'createTokenSource',
  );
  const { store, key, accountId, clock = systemClock, logger, onEvent } = options;
  let held: Held | undefined;
  let renewal: Promise<TokenSet> | undefined;
  let failures = { count: 0, lastError: undefined as unknown, leaveAloneUntilMs: 0 };
  let rejections = { count: 0, lastAtMs: Number.NEGATIVE_INFINITY };

  async function get(rejected?: string): Promise<TokenSet> {
    const current = held;
    if (current === undefined) return renew(rejected);
    if (rejected !== undefined && current.tokens.accessToken.reveal() === rejected)
      return replaceRejected(current, rejected);
    switch (phaseOf(clock.monotonicNow() - current.bornAtMs, current.lifetimeMs)) {
      case 'fresh':
        return current.tokens;
      case 'soft':
        if (!isLeftAlone()) renew().catch(() => undefined);
        return current.tokens;
      case 'hard':
        if (isLeftAlone()) return current.tokens;
        return renew().catch((error: unknown) => stillAlive(current) ?? Promise.reject(error as Error));
      case 'expired':
        return renew();
    }
  }

  function stillAlive({ tokens, bornAtMs, lifetimeMs }: Held): TokenSet | undefined {
    return phaseOf(clock.monotonicNow() - bornAtMs, lifetimeMs) === 'expired' ? undefined : tokens;
  }

  function replaceRejected(current: Held, rejected: string): Promise<TokenSet> {
    const nowMs = clock.monotonicNow();
    const sinceMs = nowMs - rejections.lastAtMs;
    // A server that refuses every token must not turn each call into a token request.
    if (renewal === undefined && sinceMs < grantBackoffMs(rejections.count)) return Promise.resolve(current.tokens);
    if (renewal === undefined) {
      rejections = { count: sinceMs > REJECTIONS_FORGOTTEN_AFTER_MS ? 1 : rejections.count + 1, lastAtMs: nowMs };
    }
    return renew(rejected);
  }

  function renew(rejected?: string): Promise<TokenSet> {
    if (renewal !== undefined) return renewal;
    if (isLeftAlone() && isRefusal(failures.lastError)) return Promise.reject(failures.lastError as Error);
    const started = load(rejected).then(succeeded, failed);
    renewal = started.finally(() => {
      renewal = undefined;
    });
    return renewal;
  }

  function isLeftAlone(): boolean {
    return clock.monotonicNow() < failures.leaveAloneUntilMs;
  }

  function succeeded(next: Held): TokenSet {
    held = next;
    failures = { count: 0, lastError: undefined, leaveAloneUntilMs: 0 };
    const { lifetimeMs } = next;
    logger?.debug('a token was obtained', { accountId, lifetimeMs });
    emitEvent(onEvent, { type: 'token-renewed', accountId, lifetimeMs }, logger);
    return next.tokens;
  }

  function failed(error: unknown): never {
    const count = failures.count + 1;
    failures = { count, lastError: error, leaveAloneUntilMs: clock.monotonicNow() + grantBackoffMs(count) };
    const errorCode = isFaaSError(error) ? error.code : 'UNKNOWN';
    const oldTokenLives = held !== undefined && stillAlive(held) !== undefined;
    logger?.warn('a token could not be obtained', { accountId, errorCode, oldTokenLives });
    emitEvent(onEvent, { type: 'token-renewal-failed', accountId, errorCode, oldTokenLives }, logger);
    throw error;
  }

  async function load(rejected: string | undefined): Promise<Held> {
    if (store === undefined || key === undefined) return ask();
    const name = await key();
    return (
      (await usableFromStore(store, name, rejected)) ??
      store.withLock(
        name,
        async (lease) => (await usableFromStore(store, name, rejected)) ?? askAndKeep(store, name, lease),
      )
    );
  }

  async function ask(): Promise<Held> {
    const bornAtMs = clock.monotonicNow();
    const tokens = await obtain(held?.tokens);
    return { tokens, lifetimeMs: tokens.expiresAtMs - tokens.obtainedAtMs, bornAtMs };
  }

  async function askAndKeep(to: TokenStore, name: string, { fence }: Lease): Promise<Held> {
    const next = await ask();
    try {
      await to.set(name, toStored(next.tokens), { fence });
    } catch (error) {
      // The tokens are good all the same; only the other processes will have to ask for their own.
      logger?.warn('tokens could not be kept in the store', { accountId, error: String(error) });
    }
    return next;
  }

  /** Tokens that another process has left there since, if they are worth using. */
  async function usableFromStore(
    from: TokenStore,
    name: string,
    rejected: string | undefined,
  ): Promise<Held | undefined> {
    const stored = await from.get(name);
    if (stored === undefined || stored.accessToken === rejected) return undefined;
    if (stored.accessToken === held?.tokens.accessToken.reveal()) return undefined;
    const lifetimeMs = stored.expiresAtMs - stored.obtainedAtMs;
    const ageMs = Math.max(0, clock.now() - stored.obtainedAtMs);
    const phase = phaseOf(ageMs, lifetimeMs);
    if (phase === 'expired' || phase === 'hard') return undefined;
    return { tokens: fromStored(stored), lifetimeMs, bornAtMs: clock.monotonicNow() - ageMs };
  }

  return {
    get,
    forget() {
      held = undefined;
    },
  };
}

/** A refusal stands until something changes; a network failure may be over the next moment. */
function isRefusal(error: unknown): boolean {
  return isSentinelOAuthError(error) && error.code === 'GRANT_REFUSED';
}
