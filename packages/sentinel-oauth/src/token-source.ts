import { ConfigurationError, isFaaSError, isSentinelOAuthError, TransportError } from '@lp-functions/errors';
import {
  anything,
  callable,
  checkOptions,
  type Clock,
  createOutageBrake,
  duration,
  emitEvent,
  type EventListener,
  flag,
  type Logger,
  quietLogger,
  systemClock,
  withMethods,
} from '@lp-functions/http';
import { afterFailure, NO_FAILURES, standsFor } from './grant-backoff.ts';
import { type HeldToken, phaseOfHeld } from './held-token.ts';
import { createRejectionBrake } from './rejection-brake.ts';
import { settledBy } from './settled-by.ts';
import { createTokenLoader, LeftAlone, type ObtainTokens } from './token-loading.ts';
import { isTokenSet, type TokenSet } from './token-set.ts';
import type { TokenStore } from './token-store.ts';

/** Options of {@link createTokenSource}. */
export interface TokenSourceOptions {
  /** Where tokens are kept between processes. Default: nowhere but in this source. */
  readonly store?: TokenStore | undefined;
  /** Name of these tokens in the store: one per Sentinel host, account, client and user. Needed with `store`. */
  readonly key?: (() => string | Promise<string>) | undefined;
  /**
   * Renews a token in the background at this age, in milliseconds, however long it lives. LivePerson advises 30 min for
   * users' tokens. Default: only near the end of its life.
   */
  readonly renewAfterMs?: number | undefined;
  /**
   * Tokens are obtained under the store's lock or not at all: needed where obtaining them spends something, as a refresh
   * token is spent. Default false: a store that fails costs a warning.
   */
  readonly lockRequired?: boolean | undefined;
  /** Tokens to begin with. What the store holds goes before them, unless they are newer. */
  readonly initial?: TokenSet | undefined;
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
   *   Replaced too often, it is returned as it is.
   * @throws {@link SentinelOAuthError} or {@link TransportError}, whatever obtaining a token threw. A failed renewal is not
   *   noticed while the old token lives. While Sentinel gives no answer, the last failure again after five of them in a row,
   *   at once, for 1 s, doubling to 30 s. DEADLINE_EXCEEDED if obtaining one takes longer than 5 min.
   */
  get(rejected?: string): Promise<TokenSet>;
  /** Drops the token that is held here, and what a renewal under way will bring; the store keeps its own. */
  forget(): void;
}

/** One renewal, for all callers. */
interface Renewal {
  /** It makes one attempt only, because the old token lives. */
  readonly brief: boolean;
  readonly outcome: Promise<TokenSet>;
  /** Settles when callers who have an old token to fall back on stop waiting. */
  patience: Promise<TokenSet | undefined> | undefined;
}

/** Well above what discovery and token request may take together (120 s): whoever takes longer is stuck. */
const RENEWAL_LIMIT_MS = 300_000;
/** In the hard window: how long to wait for the renewal before the old token is used after all. */
const MAX_PATIENCE_MS = 5_000;

/**
 * Makes a source of tokens for one identity.
 *
 * @param obtain - asks for new ones.
 * @param options - store, clock and who is told.
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function createTokenSource(obtain: ObtainTokens, options: TokenSourceOptions = {}): TokenSource {
  checkSource(obtain, options);
  const { store, key, accountId, clock = systemClock, onEvent } = options;
  const logger = options.logger === undefined ? undefined : quietLogger(options.logger);
  const { lockRequired = false, initial, renewAfterMs } = options;
  const outage = createOutageBrake(clock, (leftAloneMs) => {
    logger?.warn('Sentinel is out of order, and left alone for a while', { accountId, leftAloneMs });
  });
  const load = createTokenLoader({ outage, obtain, store, key, accountId, clock, logger, lockRequired, initial });
  const mayReplace = createRejectionBrake();
  let held: HeldToken | undefined;
  let renewal: Renewal | undefined;
  let failures = NO_FAILURES;

  async function get(rejected?: string): Promise<TokenSet> {
    const current = held;
    if (current === undefined) return replace(rejected);
    const nowMs = clock.monotonicNow();
    const phase = phaseOfHeld(current, nowMs, renewAfterMs);
    if (phase !== 'expired' && current.tokens.accessToken.reveal() === rejected) {
      return renewal !== undefined || mayReplace(nowMs) ? replace(rejected) : current.tokens;
    }
    switch (phase) {
      case 'fresh':
        return current.tokens;
      case 'soft':
        if (renewal === undefined && !isLeftAlone()) start(true).outcome.catch(() => undefined);
        return current.tokens;
      case 'hard':
        return renewal === undefined && isLeftAlone() ? current.tokens : renewPatiently(current);
      case 'expired':
        return replace(rejected);
    }
  }

  /** For callers who have no other token. */
  async function replace(rejected?: string): Promise<TokenSet> {
    if (renewal?.brief === true) {
      const renewed = await renewal.outcome.catch(() => undefined);
      // It gave up early because somebody still had a token. These callers have none.
      if (renewed !== undefined) return renewed;
    }
    if (renewal !== undefined) return renewal.outcome;
    if (isLeftAlone() && standsFor(failures.lastError)) throw failures.lastError as Error;
    return start(false, rejected).outcome;
  }

  /** For callers whose token is about to run out, but has not yet. */
  async function renewPatiently(current: HeldToken): Promise<TokenSet> {
    const nowMs = clock.monotonicNow();
    const leftMs = current.bornAtMs + current.lifetimeMs - nowMs;
    const underWay = renewal ?? start(true);
    // Half of what is left: the request for which the token is needed has to arrive in time as well.
    underWay.patience ??= settledBy(underWay.outcome, nowMs + Math.min(leftMs / 2, MAX_PATIENCE_MS), clock);
    const renewed = await underWay.patience.catch(() => undefined);
    return renewed ?? (isAlive(current) ? current.tokens : replace());
  }

  function start(brief: boolean, rejected?: string): Renewal {
    const started: Renewal = {
      brief,
      outcome: carryOut({ held, rejected, brief }, () => renewal === started),
      patience: undefined,
    };
    renewal = started;
    return started;
  }

  /** @param isCurrent - false once it was forgotten: what it brings is for those who wait for it, and nobody else. */
  async function carryOut(known: Parameters<typeof load>[0], isCurrent: () => boolean): Promise<TokenSet> {
    try {
      const next = await settledBy(load(known), clock.monotonicNow() + RENEWAL_LIMIT_MS, clock);
      if (next === undefined) throw stuck(accountId);
      const { tokens, lifetimeMs } = next;
      if (isCurrent()) {
        held = next;
        failures = NO_FAILURES;
      }
      logger?.debug('a token was obtained', { accountId, lifetimeMs });
      emitEvent(onEvent, { type: 'token-renewed', accountId, lifetimeMs }, logger);
      return tokens;
    } catch (error) {
      if (error instanceof LeftAlone) throw error.lastError;
      if (isCurrent()) failures = afterFailure(failures, error, clock.monotonicNow());
      const errorCode = isFaaSError(error) ? error.code : 'UNKNOWN';
      const oldTokenLives = held !== undefined && isAlive(held);
      const oauthError = isSentinelOAuthError(error) ? error.oauthError : undefined;
      const known = { accountId, errorCode, ...(oauthError === undefined ? {} : { oauthError }), oldTokenLives };
      logger?.warn('a token could not be obtained', known);
      emitEvent(onEvent, { type: 'token-renewal-failed', ...known }, logger);
      throw error;
    } finally {
      if (isCurrent()) renewal = undefined;
    }
  }

  function isAlive(token: HeldToken): boolean {
    return phaseOfHeld(token, clock.monotonicNow()) !== 'expired';
  }

  function isLeftAlone(): boolean {
    return clock.monotonicNow() < failures.untilMs;
  }

  return {
    get,
    forget() {
      held = undefined;
      renewal = undefined;
      outage.reset();
    },
  };
}

function checkSource(obtain: unknown, options: TokenSourceOptions): void {
  if (typeof obtain !== 'function') {
    throw new ConfigurationError('createTokenSource takes a function that obtains tokens', {
      code: 'INVALID_OPTION',
      option: 'obtain',
    });
  }
  checkOptions(
    options,
    {
      store: withMethods('get', 'set', 'delete', 'withLock'),
      key: (value) =>
        options.store !== undefined && value === undefined ? 'is missing beside store' : callable(value),
      renewAfterMs: duration,
      lockRequired: flag,
      initial: (value) => (value === undefined || isTokenSet(value) ? undefined : 'must be a TokenSet'),
      accountId: anything,
      clock: withMethods('now', 'monotonicNow'),
      logger: withMethods('debug', 'info', 'warn', 'error'),
      onEvent: callable,
    },
    'createTokenSource',
  );
}

function stuck(accountId: string | undefined): TransportError {
  return new TransportError(`no token was obtained within ${String(RENEWAL_LIMIT_MS / 1000)} s`, {
    code: 'DEADLINE_EXCEEDED',
    phase: 'headers',
    requestSent: 'maybe',
    retryable: true,
    operation: 'renewToken',
    accountId,
    hint: 'Look at what waits: the token store and its lock, or a function of your own that obtains tokens.',
  });
}
