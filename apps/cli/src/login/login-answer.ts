import { isSentinelOAuthError, Secret } from '@lp-functions/errors';
import type { ExchangedTokens, LoginCallback, PendingLogin, SentinelClient } from '@lp-functions/sentinel-oauth';
import { CommandError } from '../terminal/command-error.ts';
import { loggedInPage, loginFailedPage, notTheAnswerPage, type CallbackPage } from './callback-page.ts';
import { readPastedAnswer } from './pasted-answer.ts';

/** A login that waits for its answer, from a browser or from a person. */
export interface LoginAnswer {
  /** Resolves with the tokens; rejects when the login has ended without. */
  readonly tokens: Promise<ExchangedTokens>;
  /** A browser came back: which page it is shown. Anything but an answer of this login leaves it pending. */
  fromBrowser(target: string): Promise<CallbackPage>;
  /** A person pasted something. False if it is no answer of this login, which then goes on waiting. */
  fromPerson(line: string): Promise<boolean>;
  /** Ends the login, unless its answer is being exchanged already. */
  giveUp(error: Error): void;
}

/** What {@link awaitLoginAnswer} works with. */
export interface LoginAnswerParts {
  readonly sentinel: SentinelClient;
  readonly pending: PendingLogin;
  readonly accountId: string;
  readonly signal: AbortSignal;
  /** Talks to the person at the terminal. */
  readonly say: (line: string) => void;
}

/** The exchange of a code, with what the browser is shown in the end. */
interface Exchange {
  readonly page: CallbackPage;
}

/** Waits for the answer to a login. Its code is exchanged once, however often it comes. */
export function awaitLoginAnswer({ sentinel, pending, accountId, signal, say }: LoginAnswerParts): LoginAnswer {
  let resolve: (tokens: ExchangedTokens) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const tokens = new Promise<ExchangedTokens>((...settle) => {
    [resolve, reject] = settle;
  });
  // Whoever awaits it is told; until then it is nobody's unhandled rejection.
  tokens.catch(() => undefined);
  let exchange: Promise<Exchange> | undefined;

  function judge(target: string): LoginCallback | undefined {
    try {
      return sentinel.parseCallback(target, pending);
    } catch (error) {
      const code = isSentinelOAuthError(error) ? error.code : undefined;
      if (code === 'CALLBACK_INVALID' || code === 'STATE_MISMATCH') return undefined;
      throw error;
    }
  }

  function exchanged(callback: LoginCallback): Promise<Exchange> {
    exchange ??= sentinel.exchangeCode(callback, pending, { signal, deadlineMs: EXCHANGE_DEADLINE_MS }).then(
      (granted) => {
        resolve(granted);
        return { page: loggedInPage(granted.claims?.sub ?? 'unknown', accountId) };
      },
      (error: unknown) => ({ page: failed(error) }),
    );
    return exchange;
  }

  function failed(error: unknown): CallbackPage {
    reject(error);
    const { message, hint } = error as { readonly message: string; readonly hint?: string };
    return loginFailedPage(message, hint);
  }

  return {
    tokens,
    async fromBrowser(target) {
      let callback: LoginCallback | undefined;
      try {
        callback = judge(target);
      } catch (error) {
        return exchange === undefined ? failed(error) : notTheAnswerPage();
      }
      if (callback !== undefined) return (await exchanged(callback)).page;
      say('A browser came to the callback address with something else than the answer to this login: ignored.');
      return notTheAnswerPage();
    },
    async fromPerson(line) {
      const pasted = readPastedAnswer(line);
      if (pasted === undefined) return false;
      let callback: LoginCallback | undefined;
      try {
        callback = pasted.kind === 'code' ? { code: new Secret(pasted.code) } : judge(pasted.address);
      } catch (error) {
        failed(error);
        return true;
      }
      if (callback === undefined) return false;
      await exchanged(callback);
      return true;
    },
    giveUp(error) {
      if (exchange === undefined) reject(error);
    },
  };
}

/** Nobody wants to look at a browser that loads for longer. */
const EXCHANGE_DEADLINE_MS = 30_000;

/**
 * The error for a login whose answer did not come.
 *
 * @param timeoutMs - how long it was waited for.
 */
export function loginTimedOut(timeoutMs: number): CommandError {
  return new CommandError(
    'LOGIN_TIMED_OUT',
    `nobody came back from the login within ${String(timeoutMs / 1000)} s`,
    'The window was closed, perhaps, or the browser runs on another machine: then use --paste. Run "lpfn login" again; --timeout gives it more time.',
  );
}

/** The error for a login whose answer can no longer come. */
export function loginUnanswered(): CommandError {
  return new CommandError(
    'LOGIN_UNANSWERED',
    'standard input has ended, and no answer to the login was in it',
    'Open the address in a browser, log in, and give lpfn the address that the browser ends up at: on a terminal, or on standard input with --paste.',
  );
}
