import { createAuthorizationCodes } from './authorization-codes.ts';
import { signInAt } from './direct-sign-in.ts';
import { createBrowserSignIns } from './browser-sign-ins.ts';
import { createConsoleFeed } from './console/console-feed.ts';
import { createConsoleHandler } from './console/console-handler.ts';
import type { EmulatorOptions } from './emulator-options.ts';
import { resolveOptions, type ResolvedOptions } from './resolved-options.ts';
import { openDataDirectory, type DataDirectory } from './data-directory.ts';
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
import { createProcessGuardian } from './process-guardian.ts';
import { createRequestHandler } from './request-handler.ts';
import { createRequestJournal, type Requests } from './request-journal.ts';
import { createFaultScript, type Faults } from './scripted-faults.ts';
import { createScriptingHandler } from './scripting/scripting-handler.ts';
import type { PlatformGeneration } from './service-hosts.ts';
import { createSigningKeys } from './signing-keys.ts';
import { startTls, type TlsEndpoint } from './tls-endpoint.ts';
import { createUserSessions } from './user-sessions.ts';

/** The bearer tokens of all accounts. */
export interface Tokens {
  /** Tokens that are alive, and with `expired` also those that have expired and are not forgotten yet. */
  list(options?: { readonly expired?: boolean | undefined }): readonly IssuedToken[];
  /** Lets the selected tokens expire now, all if nothing is selected. Returns how many were alive. */
  expireAll(selection?: TokenSelection): number;
  /** Revokes the selected tokens, all if nothing is selected. Returns how many were alive. */
  revokeAll(selection?: TokenSelection): number;
  /**
   * Signs with a new key from now on.
   *
   * @param options - `keepPrevious`, default true: older keys stay published and what they signed stays valid
   */
  rotateKeys(options?: { readonly keepPrevious?: boolean | undefined }): Promise<void>;
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
 * @throws {@link EmulatorError} INVALID_OPTION naming the option, INVALID_APP_INSTALLATION naming a file and its field, PORT_IN_USE, DATA_IN_USE,
 * INVALID_DATA naming the damaged file
 * @example
 * const emulator = await startEmulator();
 * const { uuid } = emulator.functions.add({ name: 'echo', code: 'async function lambda(input) { return input.payload; }' });
 * // ... call it through emulator.discoveryUrl with emulator.apps.default ...
 * await emulator.close();
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const resolved = resolveOptions(options);
  const dataDirectory = resolved.dataDirectory === undefined ? undefined : openDataDirectory(resolved.dataDirectory);
  try {
    return await startOn(resolved, dataDirectory);
  } catch (error) {
    dataDirectory?.close();
    throw error;
  }
}

async function startOn(resolved: ResolvedOptions, dataDirectory: DataDirectory | undefined): Promise<Emulator> {
  const clock = createEmulatorClock();
  const keys = createSigningKeys(clock, dataDirectory);
  const tokens = createIssuedTokens(clock, keys);
  const sessions = createUserSessions({ ...resolved, clock, tokens });
  const codes = createAuthorizationCodes(clock, resolved.codeLifetimeSeconds);
  const signIns = createBrowserSignIns(clock);
  const guardian = createProcessGuardian(() => privateDirectory.path);
  const privateDirectory = createPrivateDirectory(guardian.start);
  const pool = createInstancePool({ ...resolved, defaultMemoryMb: resolved.memoryMb, privateDirectory, guardian });
  const accounts = createPlatformAccounts({
    options: resolved,
    clock,
    tokens,
    pool,
    privateDirectory,
    dataDirectory,
    issueUserTokens: (accountId, clientId, user) => {
      const { accessToken, refreshToken } = sessions.start({ accountId, clientId, user });
      return { accessToken, refreshToken };
    },
  });
  const journal = createRequestJournal(resolved.journalSize, resolved.journalBodyCharacters);
  const faults = createFaultScript();
  const limits = createInvocationLimits(resolved.invocationLimits, clock);
  const ports: { plain: number; tls: TlsEndpoint | undefined } = { plain: 0, tls: undefined };
  const servers: EmulatorServer[] = [];
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
    port: () => ports.plain,
  };
  const first = accounts.all()[0];
  if (first === undefined) throw new Error('There is no account.');
  const shutDown = async (): Promise<void> => {
    journal.close();
    feed.close();
    await Promise.all(servers.map((server) => server.close()));
    await pool.close();
    await guardian.close();
    privateDirectory.remove();
    dataDirectory?.close();
  };
  let closing: Promise<void> | undefined;
  const emulator: Emulator = {
    get tls() {
      return ports.tls;
    },
    get discoveryUrl() {
      return `http://${urlHost(resolved.host)}:${String(ports.plain)}`;
    },
    get port() {
      return ports.plain;
    },
    accountId: first.accountId,
    platform: first.platform,
    apps: first.apps,
    users: first.users,
    functions: first.functions,
    accounts,
    get domains() {
      return Object.fromEntries(
        hostsOf(first, platform, ports.plain).map(({ service, baseURI }) => [service, baseURI]),
      );
    },
    tokens: {
      list: tokens.list,
      revokeAll: tokens.revoke,
      expireAll: tokens.expire,
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
      feed.reset();
    },
    close: () => (closing ??= shutDown()),
  };
  const feed = createConsoleFeed(emulator, journal, { tokenChanges: () => tokens.changes });
  const handler = createRequestHandler(platform, journal, faults, {
    scripting: createScriptingHandler(emulator, { ...resolved, changed: feed.touch }),
    console: createConsoleHandler(feed),
  });
  try {
    const server = await listen({ host: resolved.host, port: resolved.port, handler });
    servers.push(server);
    ports.plain = server.port;
    if (resolved.tls) {
      const { host, tlsPort: port } = resolved;
      const started = await startTls({ host, port, handler, dataDirectory, privateDirectory });
      servers.push(started.server);
      ports.tls = started.endpoint;
    }
  } catch (error) {
    await shutDown();
    throw error;
  }
  if (first.functions.list().length > 0) pool.warmUp();
  return emulator;
}

/** The address to call for an address that is listened on. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
