import { isFaaSError, isSentinelOAuthError, SentinelOAuthError } from '@lp-functions/errors';
import { type Clock, createScrubber, type Logger, type OutageBrake, safeCause } from '@lp-functions/http';
import { type HeldToken, hold } from './held-token.ts';
import { phaseOf } from './renewal-windows.ts';
import { fromStored, isStoredTokens, type StoredTokens, type TokenSet, toStored } from './token-set.ts';
import type { Lease, TokenStore } from './token-store.ts';

/**
 * Obtains new tokens. It belongs to all callers that wait, so it is never given one caller's signal.
 *
 * @param last - the newest tokens that are known, if there are any: those that are to be replaced.
 * @param need - how badly they are needed.
 */
export type ObtainTokens = (last: TokenSet | undefined, need: TokenNeed) => Promise<TokenSet>;

/** How badly new tokens are needed. */
export interface TokenNeed {
  /** The old ones still live. One attempt is enough: if it fails, nobody notices, and another follows in time. */
  readonly brief: boolean;
}

/** What is known when tokens are loaded. */
export interface KnownTokens extends TokenNeed {
  readonly held: HeldToken | undefined;
  /** An access token that a server refused. */
  readonly rejected: string | undefined;
}

/** Parts of {@link createTokenLoader}. */
export interface TokenLoaderParts {
  readonly obtain: ObtainTokens;
  /** Keeps a Sentinel that is out of order from being asked by every call. The store is looked at all the same. */
  readonly outage: OutageBrake;
  readonly store: TokenStore | undefined;
  readonly key: (() => string | Promise<string>) | undefined;
  readonly accountId: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  /** Obtaining tokens spends something, so that two must never do so at once. */
  readonly lockRequired: boolean;
  /** To begin with. */
  readonly initial: TokenSet | undefined;
}

/**
 * Makes the function that gets the next tokens: those that another process has left in the store since, or new ones. A
 * store that fails costs a warning, not the tokens, unless they must not be obtained without it.
 */
export function createTokenLoader(parts: TokenLoaderParts): (known: KnownTokens) => Promise<HeldToken> {
  const { obtain, outage, store, key, accountId, clock, logger, lockRequired } = parts;
  let { initial } = parts;
  /** Tokens that the store would not take: until it does, they are newer than what it holds. */
  let unsaved: TokenSet | undefined;

  async function ask(last: TokenSet | undefined, { brief }: TokenNeed): Promise<HeldToken> {
    const bornAtMs = clock.monotonicNow();
    // With one attempt, made while the old token lives, little is known of an outage.
    const tokens = brief
      ? await obtain(last, { brief })
      : await outage.guard(
          () => obtain(last, { brief }),
          (error) => new LeftAlone(error),
        );
    return hold(tokens, bornAtMs);
  }

  async function loadThrough(from: TokenStore, name: string, known: KnownTokens): Promise<HeldToken> {
    const found = adopt(newer(await read(from, name)), known);
    if (found !== undefined && initial === undefined) return found;
    let asking: Promise<HeldToken> | undefined;
    try {
      return await from.withLock(name, async (lease) => {
        const stored = newer(await read(from, name));
        if (stored !== undefined && stored === initial) await keep(from, name, stored, lease);
        initial = undefined;
        // Whoever held the lock before may have renewed them.
        const left = adopt(stored, known);
        if (left !== undefined) return left;
        if (lockRequired) lease.signal.throwIfAborted();
        const last = newest(stored, known.held?.tokens);
        asking = ask(last, known);
        const next = await asking.catch(async (error: unknown) => {
          if (lockRequired && isLoginRequired(error)) await markSpent(from, name, stored, lease);
          throw error;
        });
        return keep(from, name, next.tokens, lease, next, known);
      });
    } catch (error) {
      // What obtaining threw, or the tokens if it was only the store that failed afterwards.
      if (asking !== undefined) return asking;
      if (lockRequired) throw storeFailed(error);
      warn('the token store could not be locked; tokens are obtained for this process alone', error);
      return ask(known.held?.tokens, known);
    }
  }

  async function read(from: TokenStore, name: string): Promise<TokenSet | undefined> {
    let stored: unknown;
    try {
      stored = await from.get(name);
    } catch (error) {
      // Without the newest refresh token, an older one might be spent again.
      if (lockRequired) throw storeFailed(error);
      warn('the token store cannot be read', error);
      return undefined;
    }
    if (stored === undefined) return undefined;
    if (isStoredTokens(stored)) return fromStored(stored);
    warn('what the token store holds cannot be read; it is replaced', 'not a set of tokens');
    return undefined;
  }

  /** The tokens to begin with, if the store has none that are newer. */
  function newer(stored: TokenSet | undefined): TokenSet | undefined {
    return initial === undefined || (stored !== undefined && stored.obtainedAtMs >= initial.obtainedAtMs)
      ? stored
      : initial;
  }

  /** Writes tokens to the store, and returns those that are to be used. */
  async function keep(
    to: TokenStore,
    name: string,
    tokens: TokenSet,
    { fence }: Lease,
    held: HeldToken = hold(tokens, clock.monotonicNow()),
    known?: KnownTokens,
  ): Promise<HeldToken> {
    const stored = toStored(tokens);
    try {
      await to.set(name, stored, { fence });
      unsaved = undefined;
    } catch (error) {
      // Another owner has renewed them since: that one's are current.
      if (isSentinelOAuthError(error) && error.code === 'LOCK_LOST' && known !== undefined) {
        const theirs = adopt(await read(to, name).catch(() => undefined), known);
        if (theirs !== undefined) return theirs;
      }
      unsaved = tokens;
      // The tokens are good all the same; only the other processes will have to ask for their own.
      warn('tokens could not be kept in the store', error, stored);
    }
    return held;
  }

  /** Tells all who share the store that the refresh token is worth nothing, so that nobody sends it again. */
  async function markSpent(
    to: TokenStore,
    name: string,
    stored: TokenSet | undefined,
    { fence }: Lease,
  ): Promise<void> {
    if (stored === undefined || stored.loginRequired === true) return;
    const marked = toStored({ ...stored, refreshToken: undefined, loginRequired: true });
    await to.set(name, marked, { fence }).catch((error: unknown) => {
      warn('the token store could not be told that a login is required', error, toStored(stored));
    });
  }

  /** What the store holds, if it is newer than what is known and worth using. */
  function adopt(stored: TokenSet | undefined, { held, rejected }: KnownTokens): HeldToken | undefined {
    const text = stored?.accessToken.reveal();
    if (stored === undefined || text === rejected || text === held?.tokens.accessToken.reveal()) return undefined;
    if (held !== undefined && newest(stored, held.tokens) !== stored) return undefined;
    const ageMs = Math.max(0, clock.now() - stored.obtainedAtMs);
    const phase = phaseOf(ageMs, stored.expiresAtMs - stored.obtainedAtMs);
    if (phase === 'expired' || phase === 'hard') return undefined;
    return hold(stored, clock.monotonicNow() - ageMs);
  }

  function newest(stored: TokenSet | undefined, held: TokenSet | undefined): TokenSet | undefined {
    if (stored === undefined || held === undefined) return stored ?? held;
    // Where a lock is required, all writes are in order: the times of other machines' clocks need not be trusted.
    if (lockRequired) return held === unsaved ? held : stored;
    return held.obtainedAtMs > stored.obtainedAtMs ? held : stored;
  }

  function storeFailed(error: unknown): Error {
    if (isFaaSError(error)) return error;
    return new SentinelOAuthError('the token store failed, and a refresh token must not be spent without it', {
      code: 'STORE_FAILED',
      fault: 'caller',
      retryable: true,
      operation: 'renewToken',
      accountId,
      cause: safeCause(error),
      hint: 'Look at the cause: it is what the store threw.',
    });
  }

  /** A store of the caller's may put what it was given into its errors. */
  function warn(message: string, error: unknown, tokens?: StoredTokens): void {
    const secrets = [tokens?.accessToken, tokens?.refreshToken, tokens?.idToken].filter((text) => text !== undefined);
    logger?.warn(message, { accountId, error: safeCause(error, createScrubber(secrets)).message });
  }

  return async (known) => {
    if (store !== undefined && key !== undefined) return loadThrough(store, await key(), known);
    const first = adopt(initial, known);
    const last = known.held?.tokens ?? initial;
    initial = undefined;
    return first ?? ask(last, known);
  };
}

/** Nobody was asked, since Sentinel is out of order: there is nothing to tell that has not been told. */
export class LeftAlone extends Error {
  /** What it was left alone for. */
  readonly lastError: unknown;

  constructor(lastError: unknown) {
    super('Sentinel is left alone');
    this.lastError = lastError;
  }
}

function isLoginRequired(error: unknown): boolean {
  return isSentinelOAuthError(error) && error.code === 'LOGIN_REQUIRED';
}
