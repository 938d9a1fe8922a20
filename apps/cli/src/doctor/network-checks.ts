import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isLoopbackHost, proxyFor, proxyHost, type ProxySettings } from '@lp-functions/http';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { type CheckResult, doubtful, failed, passed, skipped } from './check-result.ts';
import { type HandshakeFacts, shakeHands } from './tls-handshake.ts';

/** A server that calls go to. */
export interface CheckedServer {
  readonly name: 'Domain API' | 'Sentinel' | 'gateway' | 'listing';
  readonly origin: string;
}

const EXIT_CODES: Readonly<Record<CheckedServer['name'], ExitCode>> = {
  'Domain API': EXIT.discovery,
  Sentinel: EXIT.authentication,
  gateway: EXIT.unavailable,
  listing: EXIT.unavailable,
};
const TIMEOUT_MS = 10_000;
const SOON_MS = 14 * 24 * 3_600_000;
const DNS_TRIED = 'looked up the names of the hosts';
const TLS_TRIED = 'shook hands with the hosts';

/** Looks the names up, unless a proxy does. */
export async function checkDns(
  servers: readonly CheckedServer[],
  proxies: ProxySettings | undefined,
): Promise<CheckResult> {
  const seen: string[] = [];
  for (const { name, hostname, proxy } of distinct(servers, proxies)) {
    if (isLoopbackHost(hostname)) seen.push(`${hostname} is this machine`);
    else if (isIP(hostname) !== 0) seen.push(`${hostname} is an address already`);
    else if (proxy !== undefined) seen.push(`${hostname} is looked up by the proxy ${proxyHost(proxy)}`);
    else {
      const found = await addressesOf(hostname);
      if (typeof found === 'string') {
        return failed(
          'dns',
          DNS_TRIED,
          `${hostname} (${name}) was not found: ${found}`,
          'Check the spelling, and DNS on this machine. Where names are looked up by a proxy, set HTTPS_PROXY.',
          EXIT_CODES[name],
        );
      }
      seen.push(`${hostname} is ${found.join(', ')}`);
    }
  }
  return passed('dns', DNS_TRIED, seen.join('; '));
}

/** Looks at the certificates. Nothing is sent. */
export async function checkTls(
  servers: readonly CheckedServer[],
  proxies: ProxySettings | undefined,
): Promise<CheckResult> {
  const secure = distinct(servers, proxies).filter(({ origin }) => origin.startsWith('https:'));
  if (secure.length === 0) return skipped('tls', TLS_TRIED, 'plain http, on this machine only');
  const seen: string[] = [];
  let doubt: string | undefined;
  for (const { name, origin, hostname, proxy } of secure) {
    const { port } = new URL(origin);
    try {
      const facts = await shakeHands({
        host: hostname,
        port: port === '' ? 443 : Number(port),
        proxy,
        timeoutMs: TIMEOUT_MS,
      });
      const problem = distrustOf(facts, hostname);
      if (problem !== undefined) return failed('tls', TLS_TRIED, problem.saw, problem.advice, EXIT_CODES[name]);
      const leftMs = facts.validUntilMs - Date.now();
      if (leftMs < SOON_MS)
        doubt = `The certificate of ${hostname} ends within ${String(Math.ceil(leftMs / 86_400_000))} days.`;
      seen.push(`${hostname} speaks ${facts.protocol}, certificate by ${facts.issuer}`);
    } catch (error) {
      const code = codeOf(error);
      const via = proxy === undefined ? '' : ` through the proxy ${proxyHost(proxy)}`;
      return failed(
        'tls',
        TLS_TRIED,
        `no handshake with ${hostname} (${name})${via}: ${code}`,
        proxy === undefined
          ? 'A firewall may stand between, or a proxy is needed: set HTTPS_PROXY.'
          : 'Check the address of the proxy, whether it wants a user and a password, and whether it lets this host pass.',
        EXIT_CODES[name],
      );
    }
  }
  return doubt === undefined
    ? passed('tls', TLS_TRIED, seen.join('; '))
    : doubtful('tls', TLS_TRIED, seen.join('; '), doubt);
}

/** Judges what a server showed. A function of its arguments. */
export function distrustOf(
  { distrust, issuer }: HandshakeFacts,
  hostname: string,
): { readonly saw: string; readonly advice: string } | undefined {
  if (distrust === undefined) return undefined;
  const saw = `the certificate of ${hostname}, signed by ${issuer}, is not trusted: ${distrust}`;
  if (distrust.includes('CERT_HAS_EXPIRED') || distrust.includes('CERT_NOT_YET_VALID')) {
    return { saw, advice: 'Look at the date of this machine first: certificates are judged by it.' };
  }
  return {
    saw,
    advice: `If ${issuer} is your own company's proxy, give Node its certificate: NODE_EXTRA_CA_CERTS=/path/to/ca.pem. If not, somebody is listening.`,
  };
}

interface PlacedServer extends CheckedServer {
  readonly hostname: string;
  readonly proxy: string | undefined;
}

function distinct(servers: readonly CheckedServer[], proxies: ProxySettings | undefined): readonly PlacedServer[] {
  const placed = new Map<string, PlacedServer>();
  for (const server of servers) {
    const hostname = new URL(server.origin).hostname.replace(/^\[|\]$/g, '');
    const proxy = proxyFor(server.origin, proxies);
    if (!placed.has(server.origin)) placed.set(server.origin, { ...server, hostname, proxy });
  }
  return [...placed.values()];
}

async function addressesOf(hostname: string): Promise<readonly string[] | string> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('no answer in time'), TIMEOUT_MS);
  });
  const found = lookup(hostname, { all: true }).then(
    (entries) => entries.map(({ address }) => address),
    (error: unknown) => codeOf(error),
  );
  try {
    return await Promise.race([found, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'unknown reason';
}
