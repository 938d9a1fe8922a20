import { readAppFiles } from './app-files.ts';
import type { DataDirectory } from './data-directory.ts';
import { createFunctionRegistry, type EmulatedFunctions, type FunctionRegistry } from './emulated-functions.ts';
import type { EmulatorClock } from './emulator-clock.ts';
import { EmulatorError } from './emulator-error.ts';
import type { AccountOptions } from './emulator-options.ts';
import { resolveAccount, type ResolvedOptions } from './resolved-options.ts';
import { FUNCTION_SIZES } from './function-manifest.ts';
import { createApps, type Apps } from './installed-apps.ts';
import type { InstancePool } from './instance-pool.ts';
import type { IssuedTokens } from './issued-tokens.ts';
import { createUsers, type PlatformUser, type Users, type UserTokens } from './platform-users.ts';
import type { PrivateDirectory } from './private-directory.ts';
import type { PlatformGeneration } from './service-hosts.ts';

/** One account, with what belongs to it. */
export interface Account {
  readonly accountId: string;
  readonly platform: PlatformGeneration;
  readonly apps: Apps;
  readonly users: Users;
  readonly functions: EmulatedFunctions;
}

/** The accounts of the emulated platform. */
export interface Accounts {
  /** @throws {@link EmulatorError} DUPLICATE if the account exists, INVALID_OPTION naming the option */
  add(account: AccountOptions): Account;
  /** @throws {@link EmulatorError} UNKNOWN_ACCOUNT */
  get(accountId: string): Account;
  list(): readonly Account[];
}

/** An account as the endpoints see it. */
export interface PlatformAccount extends Account {
  readonly functions: FunctionRegistry;
}

/** The accounts as the endpoints see them. */
export interface PlatformAccounts extends Accounts {
  find(accountId: string | undefined): PlatformAccount | undefined;
  all(): readonly PlatformAccount[];
}

/** What V1 documents as its limit of log lines; V2 documents none. */
const V1_LOG_LIMIT = { entries: 10, characters: 6_000 };

/** Creates the accounts that the options name. */
export function createPlatformAccounts(parts: {
  readonly options: ResolvedOptions;
  readonly clock: EmulatorClock;
  readonly tokens: IssuedTokens;
  readonly pool: InstancePool;
  readonly privateDirectory: PrivateDirectory;
  /** Where apps and users are kept across restarts. */
  readonly dataDirectory?: DataDirectory | undefined;
  readonly issueUserTokens: (accountId: string, clientId: string, user: PlatformUser) => UserTokens;
}): PlatformAccounts {
  const { options, clock, tokens, pool, privateDirectory, dataDirectory } = parts;
  const accounts = new Map<string, PlatformAccount>();
  const add = (account: ResolvedOptions['accounts'][number]): PlatformAccount => {
    const { accountId, platform } = account;
    if (accounts.has(accountId)) throw new EmulatorError('DUPLICATE', `The account ${accountId} exists already.`);
    const kept = dataDirectory?.account(accountId);
    const keep = (): void => {
      const { clientId: defaultClientId } = apps.default;
      dataDirectory?.keepAccount(accountId, { defaultClientId, apps: apps.list(), users: users.list() });
    };
    const apps = createApps({
      redirectUris: account.redirectUris,
      credentials: account.app,
      kept,
      fromFiles: account.appsPath === undefined ? [] : readAppFiles(account.appsPath),
      changed: keep,
      revokeTokens: (clientId) => tokens.revoke({ accountId, clientId }),
    });
    const users = createUsers({
      kept: kept?.users,
      changed: keep,
      issueTokens: (user, clientId = apps.default.clientId) => {
        if (apps.find(clientId) === undefined)
          throw new EmulatorError('UNKNOWN_APP', `There is no app ${clientId} on account ${accountId}.`);
        return parts.issueUserTokens(accountId, clientId, user);
      },
    });
    const added: PlatformAccount = {
      accountId,
      platform,
      apps,
      users,
      functions: createFunctionRegistry({
        accountId,
        path: account.functions,
        environment: { X_LIVEPERSON_BRAND_ID: accountId },
        memoryMbOf: (size) => options.memoryMb * 2 ** FUNCTION_SIZES.indexOf(size),
        logLimit: options.logLimit ?? (platform === 'v1' ? V1_LOG_LIMIT : {}),
        now: clock.now,
        privateDirectory,
        retired: pool.retire,
      }),
    };
    keep();
    accounts.set(accountId, added);
    return added;
  };
  for (const account of options.accounts) add(account);
  return {
    add: (account) => add(resolveAccount(account, options.platform, options.redirectUris)),
    get: (accountId) => {
      const account = accounts.get(accountId);
      if (account === undefined) throw new EmulatorError('UNKNOWN_ACCOUNT', `There is no account ${accountId}.`);
      return account;
    },
    list: () => [...accounts.values()],
    find: (accountId) => (accountId === undefined ? undefined : accounts.get(accountId)),
    all: () => [...accounts.values()],
  };
}
