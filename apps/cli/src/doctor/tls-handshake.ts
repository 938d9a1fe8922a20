import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';

/** What a server showed in a TLS handshake. */
export interface HandshakeFacts {
  /** For example `TLSv1.3`. */
  readonly protocol: string;
  /** Who signed the certificate. */
  readonly issuer: string;
  /** Epoch milliseconds. */
  readonly validUntilMs: number;
  /** Why the certificate is not trusted, as Node spells it; `undefined` if it is. */
  readonly distrust: string | undefined;
}

/** Where to shake hands. */
export interface HandshakeTarget {
  readonly host: string;
  readonly port: number;
  /** URL of the proxy to go through. */
  readonly proxy: string | undefined;
  readonly timeoutMs: number;
}

/**
 * Shakes hands with a server and hangs up: nothing is sent. An untrusted certificate is looked at all the same, since who signed it tells
 * who stands in between.
 *
 * @throws Error with Node's `code` if no handshake came about.
 */
export async function shakeHands(target: HandshakeTarget): Promise<HandshakeFacts> {
  const { host, port, proxy, timeoutMs } = target;
  const signal = AbortSignal.timeout(timeoutMs);
  const socket = proxy === undefined ? undefined : await openTunnel(target, proxy, signal);
  return new Promise((resolve, reject) => {
    const tls = connect({
      host,
      port,
      ...(socket === undefined ? {} : { socket }),
      ...(isIP(host) === 0 ? { servername: host } : {}),
      rejectUnauthorized: false,
    });
    const end = (): void => {
      tls.destroy(Object.assign(new Error('no handshake in time'), { code: 'ETIMEDOUT' }));
    };
    signal.addEventListener('abort', end, { once: true });
    tls.once('error', reject);
    tls.once('secureConnect', () => {
      signal.removeEventListener('abort', end);
      resolve(factsOf(tls));
      tls.destroy();
    });
  });
}

function factsOf(tls: TLSSocket): HandshakeFacts {
  const certificate: PeerCertificate = tls.getPeerCertificate();
  // Node declares an Error here, and gives the code as a text.
  const distrust: unknown = tls.authorizationError;
  const { O: organisation, CN: name } = certificate.issuer as { readonly O?: string; readonly CN?: string };
  return {
    protocol: tls.getProtocol() ?? 'TLS',
    issuer: [organisation, name].filter((part) => part !== undefined).join(', ') || 'nobody named',
    validUntilMs: Date.parse(certificate.valid_to),
    distrust: tls.authorized ? undefined : distrust instanceof Error ? distrust.message : String(distrust),
  };
}

/** @see RFC 9110 section 9.3.6 */
function openTunnel(target: HandshakeTarget, proxy: string, signal: AbortSignal): Promise<Socket> {
  const url = new URL(proxy);
  const ask = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const authority = `${target.host}:${String(target.port)}`;
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return new Promise((resolve, reject) => {
    const request = ask({
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port),
      method: 'CONNECT',
      path: authority,
      headers: {
        host: authority,
        ...(credentials === ':'
          ? {}
          : { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }),
      },
      signal,
    });
    request.once('error', reject);
    request.once('connect', ({ statusCode }, socket) => {
      if (statusCode === 200) resolve(socket);
      else {
        socket.destroy();
        reject(Object.assign(new Error('the proxy refuses'), { code: `HTTP ${String(statusCode)} of the proxy` }));
      }
    });
    request.end();
  });
}
