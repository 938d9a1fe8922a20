import { isLoopbackHost } from './host-policy.ts';
import type { OptionRule } from './option-check.ts';

/** Through which proxies to go. An app usually fills it from `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
export interface ProxySettings {
  /** URL of the proxy for `https:` targets, with user and password if it wants them. */
  readonly httpsProxy?: string | undefined;
  /** URL of the proxy for `http:` targets. */
  readonly httpProxy?: string | undefined;
  /**
   * Hosts to reach directly, separated by commas or blanks: `example.com` (and everything below it), `.example.com`
   * (the same), `example.com:8443` (only that port), `*` (all).
   */
  readonly noProxy?: string | undefined;
}

/**
 * The proxy to go through to a URL. Loopback is always reached directly.
 *
 * @param url - absolute.
 * @param settings - from the app.
 * @returns URL of the proxy, or `undefined` for a direct connection.
 */
export function proxyFor(url: string, settings: ProxySettings | undefined): string | undefined {
  if (settings === undefined) return undefined;
  const { protocol, hostname, port } = new URL(url);
  const proxy = protocol === 'https:' ? settings.httpsProxy : settings.httpProxy;
  if (proxy === undefined || isLoopbackHost(hostname)) return undefined;
  const target = { host: hostname.toLowerCase(), port: port === '' ? (protocol === 'https:' ? '443' : '80') : port };
  const direct = (settings.noProxy ?? '').split(/[\s,]+/).some((entry) => isExempt(entry, target));
  return direct ? undefined : proxy;
}

/**
 * What of a proxy's URL may be shown: without user and password.
 *
 * @param proxy - its URL.
 */
export function proxyHost(proxy: string): string {
  return new URL(proxy).host;
}

/** A set of proxies that can be used. */
export const proxyRule: OptionRule = (value) => {
  if (value === undefined) return undefined;
  const wrong = 'must be { httpsProxy, httpProxy, noProxy }, the proxies as http: or https: URLs';
  if (typeof value !== 'object' || value === null) return wrong;
  const { httpsProxy, httpProxy, noProxy, ...others } = value as Record<string, unknown>;
  const usable = [httpsProxy, httpProxy].every((proxy) => proxy === undefined || isProxyUrl(proxy));
  return usable && (noProxy === undefined || typeof noProxy === 'string') && Object.keys(others).length === 0
    ? undefined
    : wrong;
};

function isProxyUrl(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function isExempt(entry: string, { host, port }: { readonly host: string; readonly port: string }): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const [, name = '', onlyPort] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
  if (name === '' || (onlyPort !== undefined && onlyPort !== port)) return false;
  return host === name || host.endsWith(`.${name}`);
}
