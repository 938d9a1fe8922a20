import { isSentinelOAuthError, SentinelOAuthError } from '@lp-functions/errors';
import { createSentinelClient, type StoredTokens } from '@lp-functions/sentinel-oauth';
import type { CommandContext } from '../command-context.ts';
import { type ControlPlane, openControlPlane } from '../connection.ts';
import type { IdentityFlags } from '../settings/global-flags.ts';
import type { IdentitySettings } from '../settings/settings.ts';
import { CommandError } from '../terminal/command-error.ts';
import type { Answer } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { type DecodedJwt, decodeJwt } from './decoded-jwt.ts';
import { currentTokens } from './held-tokens.ts';

/** Flags of `lpfn token`. */
export interface TokenFlags extends IdentityFlags {
  readonly show?: boolean | undefined;
  readonly decode?: boolean | undefined;
  readonly verify?: boolean | undefined;
}

/** `lpfn token`: what calls are made with. The token itself is printed with `--show` only. */
export async function token(context: CommandContext, flags: TokenFlags): Promise<Answer> {
  const decodes = flags.decode === true || flags.verify === true;
  if (flags.show === true && decodes) {
    throw new UsageError('--show prints the token alone: it does not go with --decode and --verify');
  }
  const identity = await context.settings.identity();
  const plane = await openControlPlane(context);
  try {
    const tokens = await currentTokens(context, identity, plane);
    const known = describeTokens(identity, tokens, plane.http.clock.now());
    if (flags.show === true) {
      return { result: { ...known, accessToken: tokens.accessToken }, text: tokens.accessToken };
    }
    if (decodes) return await decoded(context, flags, { identity, plane, tokens, known });
    const whose = identity.kind === 'user' ? `of user ${identity.subject}` : 'of the app';
    const text = `A token ${whose} for account ${plane.accountId}, good for ${String(known.expiresInSeconds)} s. Add --show to print it.`;
    return { result: known, text };
  } finally {
    await plane.close();
  }
}

/** What may be shown of tokens. */
export interface TokenDescription {
  readonly kind: 'app' | 'user';
  /** User id; absent for an app. */
  readonly subject?: string;
  readonly tokenType: 'Bearer';
  /** ISO 8601. */
  readonly obtainedAt: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  /** From now on. */
  readonly expiresInSeconds: number;
  /** Whole life. */
  readonly lifetimeSeconds: number;
  /** Space separated, where Sentinel said so. */
  readonly scope?: string;
  /** True for a user with a refresh token. */
  readonly renewable: boolean;
}

/** Says of tokens what is no secret. */
export function describeTokens(identity: IdentitySettings, tokens: StoredTokens, nowMs: number): TokenDescription {
  const { obtainedAtMs, expiresAtMs, scope, refreshToken } = tokens;
  return {
    kind: identity.kind,
    ...(identity.kind === 'user' ? { subject: identity.subject } : {}),
    tokenType: 'Bearer',
    obtainedAt: new Date(obtainedAtMs).toISOString(),
    expiresAt: new Date(expiresAtMs).toISOString(),
    expiresInSeconds: Math.max(0, Math.round((expiresAtMs - nowMs) / 1000)),
    lifetimeSeconds: Math.round((expiresAtMs - obtainedAtMs) / 1000),
    ...(scope === undefined ? {} : { scope }),
    // An app simply asks again.
    renewable: identity.kind === 'app' || refreshToken !== undefined,
  };
}

interface Decoding {
  readonly identity: IdentitySettings;
  readonly plane: ControlPlane;
  readonly tokens: StoredTokens;
  readonly known: TokenDescription;
}

async function decoded(context: CommandContext, flags: TokenFlags, parts: Decoding): Promise<Answer> {
  const { tokens, known } = parts;
  const accessToken = decodeJwt(tokens.accessToken);
  const idToken = tokens.idToken === undefined ? undefined : decodeJwt(tokens.idToken);
  if (accessToken === undefined && idToken === undefined) {
    throw new CommandError(
      'NOTHING_TO_DECODE',
      'there is nothing to decode: the access token is opaque, and no ID token came with it',
      'LivePerson\'s access tokens for users say nothing by themselves. "lpfn token" shows how long this one lives.',
    );
  }
  if (flags.verify === true) await verify(context, parts, accessToken);
  else
    context.output.say('Decoded, not verified: anybody could have written this. Add --verify to check the signature.');
  const shown = { accessToken: accessToken ?? null, idToken: idToken ?? null };
  const text = JSON.stringify(idToken ?? accessToken, undefined, 2);
  return { result: { ...known, decoded: shown, verified: flags.verify === true }, text };
}

async function verify(context: CommandContext, parts: Decoding, accessToken: DecodedJwt | undefined): Promise<void> {
  const { identity, tokens, plane } = parts;
  const { accountId, sentinelDomain, http } = plane;
  const { clientId, clientSecret } = identity;
  const sentinel = createSentinelClient({ accountId, clientId, clientSecret, sentinelDomain, http });
  const call = { signal: context.signal };
  if (tokens.idToken !== undefined) {
    try {
      await sentinel.verifyIdToken(tokens.idToken, {}, call);
    } catch (error) {
      throw isSentinelOAuthError(error) && error.code === 'TOKEN_INVALID' ? withLife(error) : error;
    }
  } else if (accessToken !== undefined) await sentinel.verifyAppToken(tokens.accessToken, call);
}

/** An ID token is about a moment, and LivePerson's live for ten minutes. */
function withLife(error: SentinelOAuthError): SentinelOAuthError {
  if (!error.message.endsWith('its exp')) return error;
  const { message, code, operation, accountId, target } = error;
  return new SentinelOAuthError(message, {
    code: code as 'TOKEN_INVALID',
    fault: 'caller',
    operation,
    accountId,
    target,
    hint: 'Its signature is good, but an ID token is for the moment of the login, about ten minutes. Log in again to verify a new one.',
  });
}
