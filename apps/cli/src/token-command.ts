import { createDomainDiscovery } from '@lp-functions/domain-discovery';
import { createGotTransport, createHttpClient } from '@lp-functions/http';
import { createSentinelClient } from '@lp-functions/sentinel-oauth';
import { readEnvironment } from './environment.ts';
import { listenForInterrupt } from './interrupt.ts';
import type { Answer } from './output.ts';
import { appSettings, type ConnectionFlags } from './settings.ts';

/** Flags of `lpfn token`. */
export interface TokenFlags extends ConnectionFlags {
  readonly show?: boolean | undefined;
}

/** `lpfn token`: asks Sentinel for a token by client credentials; prints the token itself only with `--show`. */
export async function token(flags: TokenFlags): Promise<Answer> {
  const { accountId, discoveryUrl, proxy, clientId, clientSecret } = appSettings(flags, readEnvironment());
  const transport = createGotTransport({ proxy });
  const interrupt = listenForInterrupt();
  try {
    const http = createHttpClient({ transport });
    const discovery = createDomainDiscovery({ accountId, baseUrl: discoveryUrl, http });
    const sentinelDomain = (): Promise<string> => discovery.resolve('sentinel');
    const sentinel = createSentinelClient({ accountId, clientId, clientSecret, sentinelDomain, http });
    const { accessToken, obtainedAtMs, expiresAtMs, scope } = await sentinel.clientCredentials({
      signal: interrupt.signal,
    });
    const expiresInSeconds = Math.round((expiresAtMs - obtainedAtMs) / 1000);
    const known = { tokenType: 'Bearer', expiresAt: new Date(expiresAtMs).toISOString(), expiresInSeconds, scope };
    if (flags.show === true) {
      const shown = accessToken.reveal();
      return { result: { ...known, accessToken: shown }, text: shown };
    }
    const text = `A token for account ${accountId}, good for ${String(expiresInSeconds)} s. Add --show to print it.`;
    return { result: known, text };
  } finally {
    interrupt.dispose();
    await transport.close();
  }
}
