import { isFaaSError } from '@lp-functions/errors';
import { createSentinelClient, fromStored, type StoredTokens } from '@lp-functions/sentinel-oauth';
import type { CommandContext } from '../command-context.ts';
import { openControlPlane } from '../connection.ts';
import { findLogin, type FoundLogin } from '../login/kept-login.ts';
import type { ConnectionFlags } from '../settings/global-flags.ts';
import { CommandError } from '../terminal/command-error.ts';
import { errorObject } from '../terminal/error-text.ts';
import type { Answer } from '../terminal/output.ts';

/** Flags of `lpfn logout`. */
export interface LogoutFlags extends ConnectionFlags {
  readonly local?: boolean | undefined;
}

/** Tokens are removed afterwards, whatever comes of it: nobody waits for long. */
const REVOKE_DEADLINE_MS = 20_000;

/** `lpfn logout`: revokes a user's tokens and removes them. */
export async function logout(context: CommandContext, flags: LogoutFlags): Promise<Answer> {
  const login = await findLogin(context);
  const { accountId, subject, profile } = login;
  const tokens = await login.store.get(login.key);
  let failure: unknown;
  if (tokens !== undefined && flags.local !== true) {
    try {
      await revoke(context, login, tokens);
    } catch (error) {
      // Whatever it was, the tokens must not stay behind.
      failure = error;
    }
  }
  await login.store.withLock(login.key, () => login.store.delete(login.key));
  const gone = { auth: undefined, subject: undefined, sentinelOrigin: undefined, store: undefined };
  await context.profiles.update(profile, gone);
  if (failure !== undefined) throw incomplete(failure, login);
  const revoked = tokens !== undefined && flags.local !== true;
  const text = revoked
    ? `User ${subject} is logged out of account ${accountId}, here and in all LivePerson applications.`
    : tokens === undefined
      ? `There were no tokens of user ${subject} any more; profile ${profile} speaks as the app again.`
      : `The tokens of user ${subject} are removed from this machine. They were not revoked.`;
  return { result: { accountId, clientId: login.clientId, subject, profile, revoked, removed: true }, text };
}

async function revoke(context: CommandContext, login: FoundLogin, stored: StoredTokens): Promise<void> {
  const { accountId, clientId } = login;
  const { clientSecret } = await context.settings.app();
  const plane = await openControlPlane(context);
  try {
    const { sentinelDomain, http } = plane;
    const sentinel = createSentinelClient({ accountId, clientId, clientSecret, sentinelDomain, http });
    const call = { signal: context.signal, deadlineMs: REVOKE_DEADLINE_MS };
    const tokens = fromStored(stored);
    await sentinel.revoke(tokens.refreshToken ?? tokens.accessToken, call);
    // LivePerson documents that the refresh token takes the access token along. To be sure; it may be unknown by now.
    if (tokens.refreshToken !== undefined) {
      await sentinel.revoke(tokens.accessToken, { ...call, maxRetries: 0 }).catch((error: unknown) => {
        if (!isFaaSError(error)) throw error;
      });
    }
  } finally {
    await plane.close();
  }
}

function incomplete(error: unknown, { accountId, subject }: FoundLogin): CommandError {
  const reason = errorObject(error);
  const { message, hint } = reason as { readonly message: string; readonly hint?: string };
  return new CommandError(
    'LOGOUT_INCOMPLETE',
    `the tokens of user ${subject} are removed from this machine, but Sentinel did not revoke them: ${message}`,
    [
      hint,
      `Until they end by themselves they would still work for whoever has a copy. Logging out in the browser, where account ${accountId} is open, ends them too.`,
    ]
      .filter((part) => part !== undefined)
      .join(' '),
    { reason },
  );
}
