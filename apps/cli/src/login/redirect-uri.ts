import { isLoopbackHost } from '@lp-functions/http';
import { CommandError } from '../terminal/command-error.ts';

/** Where a login comes back to, if nothing else is set. It has to be registered with the app installation. */
export const DEFAULT_REDIRECT_URI = 'http://localhost:8787/callback';

/** What to listen on, to be there when a browser comes back to a redirect URI. */
export interface CallbackAddress {
  /** Addresses of this machine that the host name stands for. */
  readonly addresses: readonly string[];
  readonly port: number;
  readonly path: string;
  /** What a browser sends as `Host`. */
  readonly host: string;
}

/**
 * Tells what to listen on for a redirect URI. Only this machine can be listened on, and only in plain http: for any other URI, whose
 * answer has to be pasted, it is `undefined`.
 *
 * @param redirectUri - as it is registered.
 * @throws CommandError REDIRECT_URI_INVALID if it is no absolute http(s) URI, or has a fragment (RFC 6749 section 3.1.2).
 */
export function callbackAddress(redirectUri: string): CallbackAddress | undefined {
  const url = URL.canParse(redirectUri) ? new URL(redirectUri) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || redirectUri.includes('#')) {
    throw new CommandError(
      'REDIRECT_URI_INVALID',
      `the redirect URI ${JSON.stringify(redirectUri)} cannot work`,
      `It has to be an absolute http or https URI without "#", written exactly as it is registered: ${DEFAULT_REDIRECT_URI}`,
    );
  }
  if (url.protocol !== 'http:' || !isLoopbackHost(url.hostname)) return undefined;
  return {
    addresses: addressesOf(url.hostname),
    port: url.port === '' ? 80 : Number(url.port),
    path: url.pathname,
    host: url.host,
  };
}

/** Browsers reach `localhost` by either protocol. */
function addressesOf(hostname: string): readonly string[] {
  if (hostname === '[::1]') return ['::1'];
  return /^127\./.test(hostname) ? [hostname] : ['127.0.0.1', '::1'];
}
