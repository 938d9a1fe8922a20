import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

/** What a request tells about where it comes from. */
export interface RequestOrigin {
  /** The `Host` header. */
  readonly host: string | undefined;
  /** The `Origin` header. */
  readonly origin: string | undefined;
  /** The `Sec-Fetch-Site` header, which browsers send and pages cannot change. */
  readonly fetchSite: string | undefined;
  /** Address of the other end of the connection. */
  readonly remoteAddress: string | undefined;
  readonly secure: boolean;
}

/** Reads where a request comes from. */
export function originOf({ headers, socket }: IncomingMessage): RequestOrigin {
  return {
    host: headers.host,
    origin: headers.origin,
    fetchSite: headers['sec-fetch-site'],
    remoteAddress: socket.remoteAddress,
    secure: socket instanceof TLSSocket,
  };
}

const LOOPBACK_ADDRESS = /^(?:::ffff:)?127(?:\.\d{1,3}){3}$|^::1$/i;
const LOOPBACK_HOST = /^(?:localhost|(?:[a-z0-9-]+\.)+localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/** Whether a host, with or without a port, is this machine. */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK_HOST.test(host);
}

/**
 * Says why a request is not for the scripting interface, or nothing. Whoever scripts the emulator runs code on this machine, so only this machine may, and
 * no web page: neither one that sends requests across origins, nor one whose own name was rebound to a loopback address (then `Host` is that name).
 */
export function foreignnessOf({ host, origin, fetchSite, remoteAddress, secure }: RequestOrigin): string | undefined {
  if (!LOOPBACK_ADDRESS.test(remoteAddress ?? '')) return 'Only this machine may script the emulator.';
  if (host === undefined || !isLoopbackHost(host)) return 'The Host header must name a loopback address.';
  if (origin !== undefined && origin.toLowerCase() !== `${secure ? 'https' : 'http'}://${host.toLowerCase()}`) {
    return 'The Origin header must be the emulator itself.';
  }
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') {
    return 'A web page of another origin may not script the emulator.';
  }
  return undefined;
}
