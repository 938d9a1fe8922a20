import { Socket, type TcpSocketConnectOpts } from 'node:net';
import tls, { type SecureContext } from 'node:tls';
import type { Emulator } from './emulator.ts';

/** What {@link redirectPlatformHosts} changed, to be taken back. */
export interface Redirection {
  /** Connections that were led to the emulator. */
  readonly connections: number;
  restore(): void;
}

const DOMAIN = /(?:^|\.)liveperson\.net$/i;

/**
 * Leads every connection of this process to a host under `liveperson.net`, port 80 or 443, to an emulator, and makes the
 * process trust the emulator's authority. So a client that insists on real host names needs no change: not even LivePerson's own.
 * Meant for tests; nothing but this process is touched, and connections to other hosts are left alone.
 *
 * @param emulator - started with `tls: true`, and with `advertise: 'liveperson'` for clients that cannot take a port
 * @throws TypeError if the emulator was started without TLS
 * @example
 * const emulator = await startEmulator({ tls: true, advertise: 'liveperson' });
 * const redirection = redirectPlatformHosts(emulator);
 * // ... new Client({ accountId: emulator.accountId, ... }) of liveperson-functions-client ...
 * redirection.restore();
 */
export function redirectPlatformHosts(emulator: Pick<Emulator, 'port' | 'tls'>): Redirection {
  const endpoint = emulator.tls;
  if (endpoint === undefined) throw new TypeError('The emulator was started without the option "tls".');
  const ports: Readonly<Record<string, number>> = { '80': emulator.port, '443': endpoint.port };
  let connections = 0;
  // Every client of Node, the built-in fetch included, ends up in these two functions.
  const originals = { connect: connectOf(Socket.prototype), createSecureContext: tls.createSecureContext };
  const redirected = function connect(this: Socket, ...parameters: unknown[]): Socket {
    // What net.connect() hands on is a marked array: it has to stay the same one.
    const [first] = parameters;
    const options: unknown = Array.isArray(first) ? first[0] : first;
    const port = isTcp(options) && DOMAIN.test(options.host ?? '') ? ports[String(options.port)] : undefined;
    if (port !== undefined) {
      connections += 1;
      const changed = { ...(options as TcpSocketConnectOpts), host: '127.0.0.1', port };
      if (Array.isArray(first)) first[0] = changed;
      else parameters[0] = changed;
    }
    return originals.connect.apply(this, parameters);
  };
  const trusting = (options?: tls.SecureContextOptions): SecureContext => {
    const context = originals.createSecureContext(options);
    (context.context as { addCACert(pem: string): void }).addCACert(endpoint.caPem);
    return context;
  };
  Object.assign(Socket.prototype, { connect: redirected });
  tls.createSecureContext = trusting;
  return {
    get connections() {
      return connections;
    },
    restore: () => {
      if (connectOf(Socket.prototype) === redirected) Object.assign(Socket.prototype, { connect: originals.connect });
      if (tls.createSecureContext === trusting) tls.createSecureContext = originals.createSecureContext;
    },
  };
}

type Connect = (this: Socket, ...parameters: unknown[]) => Socket;

function connectOf(prototype: object): Connect {
  return (prototype as { readonly connect: Connect }).connect;
}

function isTcp(options: unknown): options is TcpSocketConnectOpts {
  return typeof options === 'object' && options !== null && 'port' in options && !('path' in options && options.path);
}
