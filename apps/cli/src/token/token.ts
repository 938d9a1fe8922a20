import type { CommandContext } from '../command-context.ts';
import { openControlPlane, openSentinel } from '../connection.ts';
import type { IdentityFlags } from '../settings/global-flags.ts';
import type { Answer } from '../terminal/output.ts';

/** Flags of `lpfn token`. */
export interface TokenFlags extends IdentityFlags {
  readonly show?: boolean | undefined;
}

/** `lpfn token`: asks Sentinel for a token by client credentials; prints the token itself only with `--show`. */
export async function token(context: CommandContext, flags: TokenFlags): Promise<Answer> {
  const plane = await openControlPlane(context);
  try {
    const sentinel = await openSentinel(context, plane);
    const tokens = await sentinel.clientCredentials({ signal: context.signal });
    const { accessToken, obtainedAtMs, expiresAtMs, scope } = tokens;
    const expiresInSeconds = Math.round((expiresAtMs - obtainedAtMs) / 1000);
    const known = { tokenType: 'Bearer', expiresAt: new Date(expiresAtMs).toISOString(), expiresInSeconds, scope };
    if (flags.show === true) {
      const shown = accessToken.reveal();
      return { result: { ...known, accessToken: shown }, text: shown };
    }
    const text = `A token for account ${plane.accountId}, good for ${String(expiresInSeconds)} s. Add --show to print it.`;
    return { result: known, text };
  } finally {
    await plane.close();
  }
}
