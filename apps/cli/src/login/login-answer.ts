import { isSentinelOAuthError, Secret } from '@lp-functions/errors';
import type { LoginCallback, PendingLogin, SentinelClient } from '@lp-functions/sentinel-oauth';
import { CommandError } from '../terminal/command-error.ts';
import { errorObject, messageOf } from '../terminal/error-text.ts';
import { type CallbackPage, loggedInPage, loginFailedPage, notTheAnswerPage } from './callback-page.ts';
import type { KeptLogin } from './kept-login.ts';
import { readPastedAnswer } from './pasted-answer.ts';

/** A login that waits for its answer, from a browser or from a person. */
export interface LoginAnswer {
  /** Resolves when the login is complete; rejects when it has ended without success. */
  readonly login: Promise<KeptLogin>;
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
  /** Exchanges the code and keeps the tokens: the browser is told the whole truth. */
  readonly complete: (callback: LoginCallback) => Promise<KeptLogin>;
  /** Talks to the person at the terminal. */
  readonly say: (line: string) => void;
}

/** Waits for the answer to a login. Its code is exchanged once, however often it comes. */
export function awaitLoginAnswer({ sentinel, pending, accountId, complete, say }: LoginAnswerParts): LoginAnswer {
  let resolve: (kept: KeptLogin) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const login = new Promise<KeptLogin>((...settle) => {
    [resolve, reject] = settle;
  });
  // Whoever awaits it is told; until then it is nobody's unhandled rejection.
  login.catch(() => undefined);
  /** What the browser is shown when the code has been exchanged. */
  let exchange: Promise<CallbackPage> | undefined;

  function judge(target: string): LoginCallback | undefined {
    try {
      return sentinel.parseCallback(target, pending);
    } catch (error) {
      const code = isSentinelOAuthError(error) ? error.code : undefined;
      if (code === 'CALLBACK_INVALID' || code === 'STATE_MISMATCH') return undefined;
      throw error;
    }
  }

  function exchanged(callback: LoginCallback): Promise<CallbackPage> {
    exchange ??= complete(callback).then((kept) => {
      resolve(kept);
      return loggedInPage(kept.subject, accountId);
    }, failed);
    return exchange;
  }

  /** A code without its state may be anything that was typed: only one that Sentinel takes was the answer. */
  async function guessed(code: string): Promise<boolean> {
    try {
      resolve(await complete({ code: new Secret(code) }));
      return true;
    } catch (error) {
      const refused = isSentinelOAuthError(error) && error.code === 'GRANT_REFUSED';
      if (refused) say(`That is no code that Sentinel takes. ${messageOf(error)}`);
      else failed(error);
      return !refused;
    }
  }

  function failed(error: unknown): CallbackPage {
    reject(error);
    const { message, hint } = errorObject(error) as { readonly message: string; readonly hint?: string };
    return loginFailedPage(message, hint);
  }

  return {
    login,
    async fromBrowser(target) {
      let callback: LoginCallback | undefined;
      try {
        callback = judge(target);
      } catch (error) {
        return exchange === undefined ? failed(error) : notTheAnswerPage();
      }
      if (callback !== undefined) return exchanged(callback);
      say('A browser came to the callback address with something else than the answer to this login: ignored.');
      return notTheAnswerPage();
    },
    async fromPerson(line) {
      const pasted = readPastedAnswer(line);
      if (pasted === undefined) return false;
      if (pasted.kind === 'code') return guessed(pasted.code);
      let callback: LoginCallback | undefined;
      try {
        callback = judge(pasted.address);
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
