import { ConfigurationError } from '@lp-functions/errors';
import { isLocalhostName } from './localhost-lookup.ts';

/** Which hosts may receive credentials. */
export interface HostPolicy {
  /** A host that an answer names is trusted if it equals one of these or is a subdomain of one. */
  readonly allowedHostSuffixes: readonly string[];
  /** Allows plain `http:` beyond loopback for addresses the caller gives. Never applies to hosts from an answer. */
  readonly allowInsecureHttp: boolean;
}

/** LivePerson's own domain, in every published host table. */
export const DEFAULT_HOST_POLICY: HostPolicy = { allowedHostSuffixes: ['liveperson.net'], allowInsecureHttp: false };

/** A host is trusted, as an origin to send to, or refused for a reason that can be shown. */
export type HostJudgement =
  { readonly trusted: true; readonly origin: string } | { readonly trusted: false; readonly reason: string };

const BARE_HOST = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const LOOPBACK_HOST = /^(?<name>[a-z0-9.-]+|\[::1\])(?::(?<port>\d{1,5}))?$/;
const LOOPBACK_ADDRESS = /^127\.(?:\d{1,3}\.){2}\d{1,3}$/;

/** True for a host name without anything around it, in lower case and, beyond ASCII, in Punycode. */
export function isHostName(name: string): boolean {
  return BARE_HOST.test(name);
}

/**
 * True for hosts that are this machine: `127.0.0.0/8`, `::1`, `localhost` and names below it.
 *
 * @param hostname - without port, as `URL.hostname` spells it.
 */
export function isLoopbackHost(hostname: string): boolean {
  const name = hostname.toLowerCase();
  return isLocalhostName(name) || LOOPBACK_ADDRESS.test(name) || name === '[::1]' || name === '::1';
}

/**
 * Judges a host that came out of an answer. Whoever controls the answer would otherwise receive the credentials.
 *
 * @param host - as the answer spells it; expected: a bare host name.
 * @param policy - what is allowed.
 * @param discoveryUrl - where the answer came from: only an answer from loopback may name loopback.
 */
export function judgeHost(host: string, policy: HostPolicy, discoveryUrl: string): HostJudgement {
  const name = host.toLowerCase();
  const loopback = LOOPBACK_HOST.exec(name)?.groups;
  if (loopback?.['name'] !== undefined && isLoopbackHost(loopback['name'])) {
    const source = new URL(discoveryUrl);
    if (!isLoopbackHost(source.hostname)) return refuse('it is this machine, and the answer came from elsewhere');
    const origin = `${source.protocol}//${name}`;
    return URL.canParse(origin) ? { trusted: true, origin: new URL(origin).origin } : refuse('its port is not one');
  }
  if (!isHostName(name)) return refuse('it is not a bare host name');
  const allowed = policy.allowedHostSuffixes.some((suffix) => isUnder(name, suffix));
  if (!allowed) return refuse(`it is not under ${policy.allowedHostSuffixes.join(', ')}`);
  // As the platform's own parser reads it, so that what was judged is what is spoken to.
  const origin = `https://${name}`;
  return URL.canParse(origin) && new URL(origin).hostname === name
    ? { trusted: true, origin }
    : refuse('it is not a bare host name');
}

/**
 * Checks an address that the caller gave for a service: a bare host (https is meant) or an origin on loopback. Plain
 * `http:` beyond loopback needs `allowInsecureHttp`.
 *
 * @param address - what the caller gave.
 * @param policy - what is allowed.
 * @param option - name of the option, for the error.
 * @returns the origin to send to.
 * @throws {@link ConfigurationError} INVALID_OPTION, INSECURE_HTTP.
 */
export function originOf(address: unknown, policy: HostPolicy, option: string): string {
  const url = readAddress(typeof address !== 'string' || address.includes('://') ? address : `https://${address}`);
  if (url?.pathname !== '/') {
    throw new ConfigurationError(`${option} must be a host name, or an origin such as http://127.0.0.1:8080`, {
      code: 'INVALID_OPTION',
      option,
    });
  }
  refuseInsecure(url, policy, option);
  return url.origin;
}

/**
 * Checks a base URL that the caller gave.
 *
 * @param address - what the caller gave.
 * @param policy - what is allowed.
 * @param option - name of the option, for the error.
 * @returns it, without a slash at its end.
 * @throws {@link ConfigurationError} INVALID_OPTION, INSECURE_HTTP.
 */
export function baseUrlOf(address: unknown, policy: HostPolicy, option: string): string {
  const url = readAddress(address);
  if (url === undefined) {
    throw new ConfigurationError(`${option} must be an absolute http(s) URL without query or credentials`, {
      code: 'INVALID_OPTION',
      option,
    });
  }
  refuseInsecure(url, policy, option);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** An http(s) URL that is nothing but an address. The characters that URL would silently drop or turn are refused. */
function readAddress(text: unknown): URL | undefined {
  if (typeof text !== 'string' || !/^https?:\/\/[^\s\\]+$/i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.search === '' && url.hash === '' && url.username + url.password === '' ? url : undefined;
}

function refuseInsecure(url: URL, policy: HostPolicy, option: string): void {
  if (url.protocol === 'https:' || policy.allowInsecureHttp || isLoopbackHost(url.hostname)) return;
  throw new ConfigurationError(`${option} uses plain http: beyond this machine`, {
    code: 'INSECURE_HTTP',
    option,
    hint: 'Use https:, or set allowInsecureHttp if nothing on that path can be overheard.',
  });
}

function isUnder(name: string, suffix: string): boolean {
  const domain = suffix.toLowerCase().replace(/^\./, '');
  return domain !== '' && (name === domain || name.endsWith(`.${domain}`));
}

function refuse(reason: string): HostJudgement {
  return { trusted: false, reason };
}
