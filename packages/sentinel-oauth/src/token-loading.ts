import { type Clock, createScrubber, type Logger, safeCause } from '@lp-functions/http';
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
  readonly store: TokenStore | undefined;
  readonly key: (() => string | Promise<string>) | undefined;
  readonly accountId: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
}

/**
 * Makes the function that gets the next tokens: those that another process has left in the store since, or new ones. A
 * store that fails costs a warning, not the tokens.
 */
export function createTokenLoader(parts: TokenLoaderParts): (known: KnownTokens) => Promise<HeldToken> {
  const { obtain, store, key, accountId, clock, logger } = parts;

  async function ask(last: TokenSet | undefined, { brief }: TokenNeed): Promise<HeldToken> {
    const bornAtMs = clock.monotonicNow();
    return hold(await obtain(last, { brief }), bornAtMs);
  }

  async function loadThrough(from: TokenStore, name: string, known: KnownTokens): Promise<HeldToken> {
    const found = adopt(await read(from, name), known);
    if (found !== undefined) return found;
    let asking: Promise<HeldToken> | undefined;
    try {
      return await from.withLock(name, async (lease) => {
        const stored = await read(from, name);
        // Whoever held the lock before may have renewed them.
        const left = adopt(stored, known);
        if (left !== undefined) return left;
        asking = ask(newest(stored, known.held?.tokens), known);
        const next = await asking;
        await keep(from, name, next.tokens, lease);
        return next;
      });
    } catch (error) {
      if (asking === undefined) {
        warn('the token store could not be locked; tokens are obtained for this process alone', error);
        return ask(known.held?.tokens, known);
      }
      // What obtaining threw, or the tokens if it was only the store that failed afterwards.
      return asking;
    }
  }

  async function read(from: TokenStore, name: string): Promise<StoredTokens | undefined> {
    try {
      const stored: unknown = await from.get(name);
      if (stored === undefined || isStoredTokens(stored)) return stored;
      warn('what the token store holds cannot be read; it is replaced', 'not a set of tokens');
    } catch (error) {
      warn('the token store cannot be read', error);
    }
    return undefined;
  }

  async function keep(to: TokenStore, name: string, tokens: TokenSet, { fence }: Lease): Promise<void> {
    const stored = toStored(tokens);
    try {
      await to.set(name, stored, { fence });
    } catch (error) {
      // The tokens are good all the same; only the other processes will have to ask for their own.
      warn('tokens could not be kept in the store', error, stored);
    }
  }

  /** What the store holds, if it is newer than what is known and worth using. */
  function adopt(stored: StoredTokens | undefined, { held, rejected }: KnownTokens): HeldToken | undefined {
    if (stored === undefined || stored.accessToken === rejected) return undefined;
    const known = held?.tokens;
    if (stored.accessToken === known?.accessToken.reveal()) return undefined;
    if (known !== undefined && stored.obtainedAtMs < known.obtainedAtMs) return undefined;
    const ageMs = Math.max(0, clock.now() - stored.obtainedAtMs);
    const phase = phaseOf(ageMs, stored.expiresAtMs - stored.obtainedAtMs);
    if (phase === 'expired' || phase === 'hard') return undefined;
    return hold(fromStored(stored), clock.monotonicNow() - ageMs);
  }

  /** A store of the caller's may put what it was given into its errors. */
  function warn(message: string, error: unknown, tokens?: StoredTokens): void {
    const secrets = [tokens?.accessToken, tokens?.refreshToken, tokens?.idToken].filter((text) => text !== undefined);
    logger?.warn(message, { accountId, error: safeCause(error, createScrubber(secrets)).message });
  }

  return async (known) => {
    if (store === undefined || key === undefined) return ask(known.held?.tokens, known);
    return loadThrough(store, await key(), known);
  };
}

function newest(stored: StoredTokens | undefined, held: TokenSet | undefined): TokenSet | undefined {
  if (stored === undefined) return held;
  return held !== undefined && held.obtainedAtMs >= stored.obtainedAtMs ? held : fromStored(stored);
}
