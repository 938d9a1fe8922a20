import { resolve } from 'node:path';
import { isFaaSError } from '@lp-functions/errors';
import type { LoginCallback, PendingLogin, SentinelClient } from '@lp-functions/sentinel-oauth';
import type { CommandContext } from '../command-context.ts';
import { type ControlPlane, openControlPlane, openSentinel } from '../connection.ts';
import type { IdentityFlags } from '../settings/global-flags.ts';
import type { AppSettings } from '../settings/settings.ts';
import { messageOf } from '../terminal/error-text.ts';
import { openHiddenLines } from '../terminal/hidden-lines.ts';
import type { Answer } from '../terminal/output.ts';
import { authorizationRefusal, checkAuthorization } from './authorize-check.ts';
import { chooseBrowser, openBrowser } from './browser.ts';
import { type CallbackServer, listenForCallback } from './callback-server.ts';
import { awaitLoginAnswer, type LoginAnswer, loginTimedOut, loginUnanswered } from './login-answer.ts';
import { callbackAddress, DEFAULT_REDIRECT_URI } from './redirect-uri.ts';
import { checkLoginProfile, keepLogin, type KeptLogin } from './kept-login.ts';

/** Flags of `lpfn login`. */
export interface LoginFlags extends IdentityFlags {
  readonly redirectUri?: string | undefined;
  /** `false` with `--no-browser`. */
  readonly browser?: boolean | undefined;
  readonly paste?: boolean | undefined;
  /** In milliseconds. */
  readonly timeout?: number | undefined;
  readonly scope?: string | undefined;
  /** Folder of the tokens. */
  readonly store?: string | undefined;
}

/** A person has to find a password first; Sentinel itself remembers what a login is for during about ten minutes. */
const DEFAULT_TIMEOUT_MS = 300_000;
/** Nobody wants to look at a browser that loads for longer. */
const EXCHANGE_DEADLINE_MS = 30_000;

/** `lpfn login`: authorization code with PKCE. */
export async function login(context: CommandContext, flags: LoginFlags): Promise<Answer> {
  const app = await context.settings.app();
  const profile = await context.settings.profile();
  checkLoginProfile(profile, app);
  const redirectUri = flags.redirectUri ?? profile.fields.redirectUri ?? DEFAULT_REDIRECT_URI;
  // Judged before anything is sent.
  callbackAddress(redirectUri);
  const plane = await openControlPlane(context);
  try {
    const sentinel = await openSentinel(context, plane);
    const request = { redirectUri, ...(flags.scope === undefined ? {} : { scope: flags.scope }) };
    await refuseHopelessLogin(context, plane, app, redirectUri, await sentinel.authorizationUrl(request));
    const pending = await sentinel.authorizationUrl(request);
    const store = flags.store === undefined ? undefined : resolve(flags.store);
    const { accountId, clientId } = app;
    const complete = async (callback: LoginCallback): Promise<KeptLogin> => {
      const call = { signal: context.signal, deadlineMs: EXCHANGE_DEADLINE_MS };
      const tokens = await sentinel.exchangeCode(callback, pending, call);
      return keepLogin(context, { app, tokens, sentinelOrigin: await plane.sentinelDomain(), redirectUri, store });
    };
    const kept = await waitForLogin(context, flags, { sentinel, pending, redirectUri, accountId, complete });
    const admin = kept.isAdmin === true ? ', an administrator' : '';
    const text = `Logged in to account ${accountId} as user ${kept.subject}${admin}. Tokens are kept in ${kept.store}.`;
    await remindOfSecret(context);
    return { result: { accountId, clientId, redirectUri, ...kept }, text };
  } finally {
    await plane.close();
  }
}

/** Else a person would look at an error page of Sentinel's, and lpfn would wait for nothing. */
async function refuseHopelessLogin(
  { output, signal }: CommandContext,
  { transport }: ControlPlane,
  { accountId, clientId }: AppSettings,
  redirectUri: string,
  { url }: PendingLogin,
): Promise<void> {
  try {
    const finding = await checkAuthorization(transport, url, redirectUri, signal);
    const refusal = authorizationRefusal(finding, { accountId, clientId, redirectUri });
    if (refusal !== undefined) throw refusal;
  } catch (error) {
    if (!isFaaSError(error) || error.code !== 'UNREACHABLE') throw error;
    // The browser may know a way that this program does not.
    output.say(`Sentinel cannot be reached from here: ${messageOf(error)}. Trying the browser all the same.`);
  }
}

/** Tokens are renewed with the secret, also in runs to come. */
async function remindOfSecret({ output, settings }: CommandContext): Promise<void> {
  if ((await settings.secretOrigin()) !== 'environment') return;
  output.say('The client secret comes from LPFN_CLIENT_SECRET and is not kept: it is needed again to renew the login.');
}

interface LoginParts {
  readonly sentinel: SentinelClient;
  readonly pending: PendingLogin;
  readonly redirectUri: string;
  readonly accountId: string;
  readonly complete: (callback: LoginCallback) => Promise<KeptLogin>;
}

async function waitForLogin(context: CommandContext, flags: LoginFlags, parts: LoginParts): Promise<KeptLogin> {
  const { output, signal, attended } = context;
  const answer = awaitLoginAnswer({ ...parts, say: (line) => output.say(line) });
  const address = flags.paste === true ? undefined : callbackAddress(parts.redirectUri);
  const asks = flags.paste === true || attended;
  const timeoutMs = flags.timeout ?? DEFAULT_TIMEOUT_MS;
  if (address === undefined && !asks) throw loginUnanswered();
  let server: CallbackServer | undefined;
  if (address !== undefined) server = await listenForCallback(address, (target) => answer.fromBrowser(target));
  const timer = setTimeout(() => answer.giveUp(loginTimedOut(timeoutMs)), timeoutMs);
  const interrupted = (): void => answer.giveUp(signal.reason as Error);
  signal.addEventListener('abort', interrupted);
  const lines = asks ? openHiddenLines() : undefined;
  try {
    await showAddress(context, flags, parts.pending.url);
    if (lines !== undefined) void readAnswers(context, answer, lines.next, server === undefined);
    return await answer.login;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', interrupted);
    lines?.close();
    await server?.close();
  }
}

/** The address is always told: the browser that opens, if one does, may not be the one that is wanted. */
async function showAddress({ environment, output }: CommandContext, flags: LoginFlags, url: string): Promise<void> {
  const choice = flags.browser === false || flags.paste === true ? undefined : chooseBrowser(environment.browser);
  const opened =
    choice !== undefined &&
    (await openBrowser(url, choice, () => output.ask('The browser ended with an error. Open the address yourself.')));
  output.ask(opened ? 'A browser opens for the login. If it does not, open:' : 'To log in, open in a browser:');
  output.ask(`\n  ${url}\n`);
}

/** Reads what a person pastes until it is the answer, or nothing comes any more. */
async function readAnswers(
  { output }: CommandContext,
  answer: LoginAnswer,
  next: (question: string) => Promise<string | undefined>,
  only: boolean,
): Promise<void> {
  const question = only
    ? 'Paste the address that the browser ends up at, even if it shows an error there (it stays hidden), then Enter: '
    : 'Waiting for the browser. Or paste here the address that it ends up at (it stays hidden), then Enter: ';
  for (;;) {
    const line = await next(question);
    if (line === undefined) {
      if (only) answer.giveUp(loginUnanswered());
      return;
    }
    if (await answer.fromPerson(line)) return;
    output.ask(
      'That is not the answer to this login. It begins with the redirect URI, and holds "code=" and "state=".',
    );
  }
}
