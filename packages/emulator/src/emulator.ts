import type { RequestListener } from 'node:http';
import { createAuthorizationCodes } from './authorization-codes.ts';
import { signInAt } from './direct-sign-in.ts';
import { createBrowserSignIns } from './browser-sign-ins.ts';
import { resolveOptions, type EmulatorOptions, type ResolvedOptions } from './emulator-options.ts';
import { createEmulatorClock, type EmulatorClock } from './emulator-clock.ts';
import { listen, type EmulatorServer } from './emulator-server.ts';
import type { EmulatedFunctions } from './emulated-functions.ts';
import type { EmulatedPlatform } from './emulated-platform.ts';
import { hostsOf } from './discovery-endpoint.ts';
import type { Apps } from './installed-apps.ts';
import { createInstancePool } from './instance-pool.ts';
import { createInvocationLimits } from './invocation-limits.ts';
import { createIssuedTokens, type IssuedToken, type TokenSelection } from './issued-tokens.ts';
import { createPlatformAccounts, type Accounts } from './platform-accounts.ts';
import type { Users } from './platform-users.ts';
import { createPrivateDirectory } from './private-directory.ts';
import { createRequestHandler } from './request-handler.ts';
import { createRequestJournal, type Requests } from './request-journal.ts';
import { createFaultScript, type Faults } from './scripted-faults.ts';
import { CERTIFICATE_HOSTS, type PlatformGeneration } from './service-hosts.ts';
import { createSigningKeys } from './signing-keys.ts';
import { createTlsIdentity } from './tls-certificate.ts';
import { createUserSessions } from './user-sessions.ts';

/** The bearer tokens of all accounts. */
export interface Tokens {
  list(): readonly IssuedToken[];
  /** Revokes the selected tokens, all if nothing is selected. Returns how many were alive. */
  revokeAll(selection?: TokenSelection): number;
  /**
   * Signs with a new key from now on.
   *
   * @param options - `keepPrevious`, default true: older keys stay published and what they signed stays valid
   */
  rotateKeys(options?: { readonly keepPrevious?: boolean | undefined }): Promise<void>;
}

/** The second port, with TLS. */
export interface TlsEndpoint {
  readonly port: number;
  /** `https://localhost:PORT`; asked there, discovery answers hosts with this port. */
  readonly url: string;
  /** The authority to trust. It is constrained to `liveperson.net`, `localhost` and loopback addresses. */
  readonly caPem: string;
}

/** A running emulator. */
export interface Emulator {
  /** Where a client finds the Domain API: `http://127.0.0.1:PORT`. Every other service answers there too. */
  readonly discoveryUrl: string;
  readonly port: number;
  /** Present with the option `tls`. */
  readonly tls: TlsEndpoint | undefined;
  /** The first account; `platform`, `apps`, `users` and `functions` are its own. */
  readonly accountId: string;
  readonly platform: PlatformGeneration;
  readonly apps: Apps;
  readonly users: Users;
  readonly functions: EmulatedFunctions;
  readonly accounts: Accounts;
  /** Hosts of the first account as discovery answers them, by service. */
  readonly domains: Readonly<Record<string, string>>;
  readonly tokens: Tokens;
  readonly requests: Requests;
  readonly faults: Faults;
  readonly clock: EmulatorClock;
  /**
   * Signs a user in without a browser: what the login page would do with this address.
   *
   * @param authorizationUrl - address that an app sends its user to
   * @param loginName - default: the account's default user
   * @returns the address that the browser would go back to, with `code` and `state`, or with `error`
   * @throws {@link EmulatorError} AUTHORIZATION_REFUSED where Sentinel shows a page instead of going back, UNKNOWN_USER
   */
  signIn(authorizationUrl: string, loginName?: string): string;
  /** Forgets tokens, sessions, faults, journal, counters and clock; keeps accounts, apps, users and functions. */
  reset(): void;
  /** Stops listening, cuts connections, ends every function process. Resolves when nothing is left. */
  close(): Promise<void>;
}

/**
 * Starts the LivePerson Functions platform on this machine.
 *
 * @throws {@link EmulatorError} INVALID_OPTION naming the option, PORT_IN_USE
 * @example
 * const emulator = await startEmulator();
 * const { uuid } = emulator.functions.add({ name: 'echo', code: 'async function lambda(input) { return input.payload; }' });
 * // ... call it through emulator.discoveryUrl with emulator.apps.default ...
 * await emulator.close();
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const resolved = resolveOptions(options);
  const clock = createEmulatorClock();
  const keys = createSigningKeys(clock);
  const tokens = createIssuedTokens(clock, keys);
  const sessions = createUserSessions({ ...resolved, clock, tokens });
  const codes = createAuthorizationCodes(clock, resolved.codeLifetimeSeconds);
  const signIns = createBrowserSignIns(clock);
  const privateDirectory = createPrivateDirectory();
  const pool = createInstancePool({ ...resolved, defaultMemoryMb: resolved.memoryMb, privateDirectory });
  const accounts = createPlatformAccounts({
    options: resolved,
    clock,
    tokens,
    pool,
    privateDirectory,
    issueUserTokens: (accountId, clientId, user) => {
      const { accessToken, refreshToken } = sessions.start({ accountId, clientId, user });
      return { accessToken, refreshToken };
    },
  });
  const journal = createRequestJournal(resolved.journalSize, resolved.journalBodyCharacters);
  const faults = createFaultScript();
  const limits = createInvocationLimits(resolved.invocationLimits, clock);
  let port = 0;
  const platform: EmulatedPlatform = {
    options: resolved,
    clock,
    accounts,
    keys,
    tokens,
    sessions,
    codes,
    signIns,
    pool,
    limits,
    port: () => port,
  };
  const handler = createRequestHandler(platform, journal, faults);
  const server = await listen({ host: resolved.host, port: resolved.port, handler });
  const tls = resolved.tls ? await startTls(resolved, handler, server) : undefined;
  port = server.port;

  const first = accounts.all()[0];
  if (first === undefined) throw new Error('There is no account.');
  if (first.functions.list().length > 0) pool.warmUp();
  let closing: Promise<void> | undefined;
  return {
    tls: tls?.endpoint,
    discoveryUrl: `http://${urlHost(resolved.host)}:${String(port)}`,
    port,
    accountId: first.accountId,
    platform: first.platform,
    apps: first.apps,
    users: first.users,
    functions: first.functions,
    accounts,
    get domains() {
      return Object.fromEntries(hostsOf(first, platform, port).map(({ service, baseURI }) => [service, baseURI]));
    },
    tokens: {
      list: tokens.list,
      revokeAll: tokens.revoke,
      rotateKeys: ({ keepPrevious = true } = {}) => keys.rotate(keepPrevious),
    },
    requests: journal,
    faults,
    clock,
    signIn: (authorizationUrl, loginName) => signInAt(authorizationUrl, loginName, platform),
    reset: () => {
      tokens.revoke();
      sessions.clear();
      codes.clear();
      signIns.clear();
      faults.clear();
      journal.clear();
      clock.reset();
      limits.reset();
      for (const account of accounts.all()) account.functions.resetCounters();
    },
    close: () => {
      closing ??= (async () => {
        journal.close();
        await Promise.all([server.close(), tls?.server.close()]);
        await pool.close();
        privateDirectory.remove();
      })();
      return closing;
    },
  };
}

async function startTls(
  { host, tlsPort }: ResolvedOptions,
  handler: RequestListener,
  plain: EmulatorServer,
): Promise<{ readonly server: EmulatorServer; readonly endpoint: TlsEndpoint }> {
  const identity = createTlsIdentity(CERTIFICATE_HOSTS);
  try {
    const server = await listen({ host, port: tlsPort, handler, tls: identity });
    const { port } = server;
    return { server, endpoint: { port, url: `https://localhost:${String(port)}`, caPem: identity.caPem } };
  } catch (error) {
    await plain.close();
    throw error;
  }
}

/** The address to call for an address that is listened on. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
