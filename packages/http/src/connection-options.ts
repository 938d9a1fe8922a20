import { duration, type OptionRule } from './option-check.ts';
import { proxyRule, type ProxySettings } from './proxy-settings.ts';

/** Who this process is to a server that asks for a certificate of its callers. */
export interface ClientCertificate {
  /** Certificate in PEM, with those between it and its root, if there are any. */
  readonly cert: string;
  /** Its private key in PEM. */
  readonly key: string;
  /** Opens the key, if it is encrypted. */
  readonly passphrase?: string | undefined;
}

/** What both transports take. */
export interface ConnectionOptions {
  /** Connections per origin; further requests wait for a free one. */
  readonly maxConnections?: number | undefined;
  /**
   * After so long, in milliseconds, a connection is ended: at once if nothing is under way, else by the next request over it. A new
   * one goes where the name of the host leads by then. Default 600,000 (10 min).
   */
  readonly maxConnectionAgeMs?: number | undefined;
  /** Certificates (PEM) to trust instead of Node's own. */
  readonly ca?: string | readonly string[] | undefined;
  /** Shown to servers that ask for one. Not to proxies. */
  readonly clientCertificate?: ClientCertificate | undefined;
  /** Proxies to go through; none by default, whatever the environment says. Loopback is always reached directly. */
  readonly proxy?: ProxySettings | undefined;
}

/** Default of `maxConnectionAgeMs`: as long as a list of hosts is fresh. */
export const DEFAULT_MAX_CONNECTION_AGE_MS = 600_000;

/** What Node's TLS is told. */
export interface TlsSettings {
  readonly ca?: string | string[];
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string | undefined;
}

/** What of the options is Node's TLS's to know. */
export function tlsSettings({ ca, clientCertificate }: ConnectionOptions): TlsSettings {
  return {
    ...(ca === undefined ? {} : { ca: typeof ca === 'string' ? ca : [...ca] }),
    ...clientCertificate,
  };
}

/** Rules of {@link ConnectionOptions}. */
export const connectionRules: Readonly<Record<keyof ConnectionOptions, OptionRule>> = {
  proxy: proxyRule,
  maxConnections: (value) =>
    value === undefined || (Number.isSafeInteger(value) && (value as number) > 0)
      ? undefined
      : 'must be a whole number, 1 or more',
  maxConnectionAgeMs: duration,
  ca: (value) =>
    value === undefined || (Array.isArray(value) ? value : [value]).every(isPem)
      ? undefined
      : 'must be a certificate in PEM, or a list of them',
  clientCertificate: (value) => {
    if (value === undefined) return undefined;
    const { cert, key, passphrase, ...more } =
      typeof value === 'object' && value !== null ? (value as Partial<ClientCertificate>) : {};
    const isPassphrase = passphrase === undefined || typeof passphrase === 'string';
    if (!isPem(cert) || !isPem(key) || !isPassphrase || Object.keys(more).length > 0) {
      return 'must be { cert, key } in PEM, with a passphrase if the key is encrypted';
    }
    return problemOf({ cert, key, passphrase });
  },
};

/** Node reads it only when a connection is made, and would speak of a handshake that failed. */
function problemOf(certificate: ClientCertificate): string | undefined {
  try {
    process.getBuiltinModule('node:tls').createSecureContext({ ...certificate });
    return undefined;
  } catch (error) {
    const { code = 'unreadable' } = error as { readonly code?: string };
    return `cannot be used: certificate, key and passphrase do not go together (${code})`;
  }
}

function isPem(value: unknown): value is string {
  return typeof value === 'string' && value.includes('-----BEGIN ');
}
