import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { EmulatorError } from './emulator-error.ts';
import type { AppCredentials } from './installed-apps.ts';
import type { InvocationLimitOptions } from './invocation-limits.ts';
import type { AdvertisedHosts, PlatformGeneration } from './service-hosts.ts';

/** One account of the emulated platform. */
export interface AccountOptions {
  /** Numeric, as LivePerson's are: some clients send accounts that begin with a letter elsewhere. */
  readonly accountId: string;
  /** Default: that of the emulator. */
  readonly platform?: PlatformGeneration | undefined;
  /** Folder in the layout of LivePerson's CLI: one folder per function, or the project that holds `functions/`. */
  readonly functions?: string | undefined;
  /** Fixes the default app's client id or secret, which are generated otherwise. */
  readonly app?: Partial<AppCredentials> | undefined;
  /** Redirect URIs of the default app. */
  readonly redirectUris?: readonly string[] | undefined;
}

/** Options of {@link startEmulator}. */
export interface EmulatorOptions {
  /** Default `12345678`. */
  readonly accountId?: string | undefined;
  /** Default `v2`. */
  readonly platform?: PlatformGeneration | undefined;
  readonly functions?: string | undefined;
  readonly app?: Partial<AppCredentials> | undefined;
  /** Default `http://localhost:3000/callback` and the same on `127.0.0.1`. */
  readonly redirectUris?: readonly string[] | undefined;
  /** Accounts beside the first. */
  readonly accounts?: readonly AccountOptions[] | undefined;

  /** Default 0: a free port. */
  readonly port?: number | undefined;
  /** Address to listen on. Default `127.0.0.1`; anything wider lets others run your functions. */
  readonly host?: string | undefined;
  /** Listens with TLS on a second port too, under a generated authority. Default false. */
  readonly tls?: boolean | undefined;
  /** Default 0: a free port. */
  readonly tlsPort?: number | undefined;
  /** Host names that discovery answers. Default `loopback`. */
  readonly advertise?: AdvertisedHosts | undefined;
  /** Further Domain API entries: service name to host. */
  readonly extraServices?: Readonly<Record<string, string>> | undefined;

  /** Form of client-credentials tokens. Default `jwt`. */
  readonly appTokenFormat?: 'jwt' | 'opaque' | undefined;
  /** Default 3,600. */
  readonly appTokenLifetimeSeconds?: number | undefined;
  /** Default 28,800. */
  readonly userTokenLifetimeSeconds?: number | undefined;
  /** Default 2,592,000: thirty days. LivePerson documents none. */
  readonly refreshTokenLifetimeSeconds?: number | undefined;
  /** How long a refresh token that was used stays valid. Default 30; LivePerson documents none. */
  readonly refreshGraceSeconds?: number | undefined;
  /** Lifetime of an authorization code. Default 600; LivePerson documents none. */
  readonly codeLifetimeSeconds?: number | undefined;
  /** Whether a user signs in on the login page, or the default user is signed in already. Default `page`. */
  readonly login?: 'page' | 'automatic' | undefined;
  /** What a code that was used before is refused with. Default `invalid_grant`. */
  readonly replayedCodeError?: 'invalid_grant' | 'invalid_client' | undefined;
  /** Form of `expires_in` in the answer to a code exchange. Default `number`. */
  readonly userTokenExpiresIn?: 'number' | 'string' | 'absent' | undefined;
  /** `iss` of ID tokens. Default `sentinel`; older ones say `Sentinel`. */
  readonly idTokenIssuer?: 'sentinel' | 'Sentinel' | undefined;
  /** Whether an ID token repeats the nonce of the authorization request; LivePerson's samples have none. Default false. */
  readonly idTokenNonce?: boolean | undefined;
  /** Refuses the refresh grant to apps that were installed without it. Default false. */
  readonly strictGrantTypes?: boolean | undefined;

  /** Time a function may run. Default 30,000. */
  readonly executionLimitMs?: number | undefined;
  /** Memory of a function of size S; each larger size has twice as much. Default 256. */
  readonly memoryMb?: number | undefined;
  /** Log lines and characters of one invocation. Default on V1 10 and 6,000, on V2 none. */
  readonly logLimit?: { readonly entries?: number | undefined; readonly characters?: number | undefined } | undefined;
  /** Processes per function, each running one request at a time. Default 4, or the number of cores if greater. */
  readonly instancesPerFunction?: number | undefined;
  /** Default 32. */
  readonly instancesInTotal?: number | undefined;
  /** Processes that stand by for the next function. Default 1. */
  readonly spareInstances?: number | undefined;
  /** Waited before a new process takes its first request, as on the platform after a long idle time. Default 0. */
  readonly coldStartMs?: number | undefined;

  /** Larger request bodies are answered 413. Default 10 MiB. */
  readonly maxRequestBytes?: number | undefined;
  /** Larger results are answered 500, as no code is documented for them. Default 10 MiB. */
  readonly maxResponseBytes?: number | undefined;
  /** When the gateway answers 429. Default never. */
  readonly invocationLimits?: InvocationLimitOptions | undefined;
  /** Requests kept in the journal. Default 10,000. */
  readonly journalSize?: number | undefined;
  /** Characters of each body kept in the journal. Default 65,536. */
  readonly journalBodyCharacters?: number | undefined;

  /** What the gateway answers for a function that returned nothing. Default `null`. */
  readonly emptyResult?: 'null' | 'empty' | undefined;
  /** Status for a token of another account. Default 401. */
  readonly wrongAccountStatus?: 401 | 403 | undefined;
  /** Status of `invalid_client`. Default 401. */
  readonly invalidClientStatus?: 400 | 401 | undefined;
  /** Domain API list of an unknown account: an empty list, or 401. Default `empty`. */
  readonly unknownAccount?: 'empty' | 'unauthorized' | undefined;
  /** Whether skill-bound functions answer calls without a skill. Default `default-only`: no. */
  readonly callsWithoutSkill?: 'default-only' | 'any' | undefined;
}

/** Options with every default in place. */
export type ResolvedOptions = {
  readonly [
    Key in keyof Omit<
      EmulatorOptions,
      'accounts' | 'accountId' | 'platform' | 'functions' | 'app' | 'redirectUris' | 'logLimit'
    >
  ]-?: NonNullable<EmulatorOptions[Key]>;
} & {
  readonly accounts: readonly (AccountOptions & {
    readonly platform: PlatformGeneration;
    readonly redirectUris: readonly string[];
  })[];
  readonly platform: PlatformGeneration;
  readonly redirectUris: readonly string[];
  readonly logLimit: EmulatorOptions['logLimit'];
};

const DEFAULT_REDIRECT_URIS = ['http://localhost:3000/callback', 'http://127.0.0.1:3000/callback'];

/** Settings of every service that are a number: default, least and greatest value. */
const NUMBERS = {
  port: [0, 0, 65_535],
  tlsPort: [0, 0, 65_535],
  appTokenLifetimeSeconds: [3_600, 1, 31_536_000],
  userTokenLifetimeSeconds: [28_800, 1, 31_536_000],
  refreshTokenLifetimeSeconds: [2_592_000, 1, 31_536_000],
  refreshGraceSeconds: [30, 0, 86_400],
  codeLifetimeSeconds: [600, 1, 86_400],
  executionLimitMs: [30_000, 1, 3_600_000],
  memoryMb: [256, 16, 16_384],
  instancesPerFunction: [Math.max(4, availableParallelism()), 1, 1_000],
  instancesInTotal: [32, 1, 10_000],
  spareInstances: [1, 0, 100],
  coldStartMs: [0, 0, 600_000],
  maxRequestBytes: [10 * 1024 * 1024, 1, 1024 * 1024 * 1024],
  maxResponseBytes: [10 * 1024 * 1024, 1, 1024 * 1024 * 1024],
  journalSize: [10_000, 1, 10_000_000],
  journalBodyCharacters: [65_536, 0, 100_000_000],
} as const;

/** Settings that are a choice, default first. */
const CHOICES = {
  platform: ['v2', 'v1'],
  tls: [false, true],
  advertise: ['loopback', 'liveperson'],
  appTokenFormat: ['jwt', 'opaque'],
  login: ['page', 'automatic'],
  replayedCodeError: ['invalid_grant', 'invalid_client'],
  userTokenExpiresIn: ['number', 'string', 'absent'],
  idTokenIssuer: ['sentinel', 'Sentinel'],
  idTokenNonce: [false, true],
  strictGrantTypes: [false, true],
  emptyResult: ['null', 'empty'],
  wrongAccountStatus: [401, 403],
  invalidClientStatus: [401, 400],
  unknownAccount: ['empty', 'unauthorized'],
  callsWithoutSkill: ['default-only', 'any'],
} as const;

const OTHERS = [
  'accountId',
  'functions',
  'app',
  'redirectUris',
  'accounts',
  'host',
  'extraServices',
  'logLimit',
  'invocationLimits',
];

/**
 * Checks options and fills in defaults.
 *
 * @throws {@link EmulatorError} INVALID_OPTION naming the option
 */
export function resolveOptions(options: EmulatorOptions): ResolvedOptions {
  const known = [...Object.keys(NUMBERS), ...Object.keys(CHOICES), ...OTHERS];
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) refuse(`"${unknown}" is not an option.`);
  const given = options as Readonly<Record<string, unknown>>;
  const numbers = Object.fromEntries(
    Object.entries(NUMBERS).map(([key, [fallback, least, greatest]]) => {
      const value = given[key] ?? fallback;
      if (!Number.isInteger(value) || Number(value) < least || Number(value) > greatest) {
        refuse(`"${key}" must be a whole number between ${String(least)} and ${String(greatest)}.`);
      }
      return [key, value];
    }),
  ) as { readonly [Key in keyof typeof NUMBERS]: number };
  const choices = Object.fromEntries(
    Object.entries(CHOICES).map(([key, values]) => {
      const value = given[key] ?? values[0];
      if (!(values as readonly unknown[]).includes(value)) refuse(`"${key}" must be one of ${values.join(', ')}.`);
      return [key, value];
    }),
  ) as { readonly [Key in keyof typeof CHOICES]: (typeof CHOICES)[Key][number] };
  const platform = options.platform ?? 'v2';
  const redirectUris = options.redirectUris ?? DEFAULT_REDIRECT_URIS;
  const { accountId = '12345678', functions, app } = options;
  const accounts = [{ accountId, platform, functions, app, redirectUris }, ...(options.accounts ?? [])].map((account) =>
    resolveAccount(account, platform, redirectUris),
  );
  return {
    ...numbers,
    ...choices,
    accounts,
    redirectUris,
    host: options.host ?? '127.0.0.1',
    extraServices: options.extraServices ?? {},
    invocationLimits: options.invocationLimits ?? {},
    logLimit: options.logLimit,
  };
}

/** Checks one account's options and fills in defaults. */
export function resolveAccount(
  account: AccountOptions,
  platform: PlatformGeneration,
  redirectUris: readonly string[],
): ResolvedOptions['accounts'][number] {
  if (typeof account.accountId !== 'string' || !/^[\w-]{1,64}$/.test(account.accountId)) {
    refuse('"accountId" must be a string of letters and digits.');
  }
  if (account.platform !== undefined && !CHOICES.platform.includes(account.platform))
    refuse('"platform" must be one of v2, v1.');
  if (
    account.functions !== undefined &&
    statSync(account.functions, { throwIfNoEntry: false })?.isDirectory() !== true
  ) {
    refuse(`"functions" names ${account.functions}, which is not a folder.`);
  }
  return { ...account, platform: account.platform ?? platform, redirectUris: account.redirectUris ?? redirectUris };
}

function refuse(message: string): never {
  throw new EmulatorError('INVALID_OPTION', message);
}
