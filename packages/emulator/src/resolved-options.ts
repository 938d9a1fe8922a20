import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { EmulatorError } from './emulator-error.ts';
import type { AccountOptions, EmulatorOptions } from './emulator-options.ts';
import type { PlatformGeneration } from './service-hosts.ts';

/** Options with every default in place. */
export type ResolvedOptions = {
  readonly [
    Key in keyof Omit<
      EmulatorOptions,
      | 'accounts'
      | 'accountId'
      | 'platform'
      | 'functions'
      | 'app'
      | 'appsPath'
      | 'redirectUris'
      | 'logLimit'
      | 'dataDirectory'
      | 'listingInvalidTokenStatus'
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
  readonly dataDirectory: string | undefined;
  readonly listingInvalidTokenStatus: 401 | 403 | undefined;
};

/** Where a web application of one's own usually is, and where `lpfn login` comes back to. */
const DEFAULT_REDIRECT_URIS = [3000, 8787].flatMap((port) => [
  `http://localhost:${String(port)}/callback`,
  `http://127.0.0.1:${String(port)}/callback`,
]);

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
  invalidTokenStatus: [401, 403],
  clientChallenge: [true, false],
  appTokenIssuer: ['Sentinel', 'sentinel'],
  singleDomainAnswer: ['object', 'list'],
  unknownServiceStatus: [404, 400],
  unknownAccount: ['empty', 'unauthorized'],
  callsWithoutSkill: ['default-only', 'any'],
} as const;

/** What an account is given by; the options of the first account stand beside those of the emulator. */
const ACCOUNT_FIELDS = ['accountId', 'platform', 'functions', 'app', 'redirectUris', 'appsPath'];
const LIMIT_FIELDS = ['perSecond', 'concurrent', 'retryAfterSeconds'] as const;

/** Settings that are neither: each with what is wrong with a value, if anything. */
const OTHERS: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  accounts: (value) => (Array.isArray(value) ? undefined : 'must be an array of accounts'),
  host: (value) => (isText(value) ? undefined : 'must be an address or a host name'),
  extraServices: (value) =>
    isRecord(value) && Object.values(value).every(isText) ? undefined : 'must map service names to hosts',
  logLimit: (value) => limitProblem(value, ['entries', 'characters']),
  invocationLimits: (value) => {
    if (!isRecord(value)) return 'must be an object';
    const { per, ...limits } = value;
    if (per !== undefined && per !== 'account' && per !== 'function')
      return 'has a "per" other than account or function';
    return limitProblem(limits, LIMIT_FIELDS);
  },
  dataDirectory: (value) => (isText(value) ? undefined : 'must be a path'),
  listingInvalidTokenStatus: (value) => (value === 401 || value === 403 ? undefined : 'must be 401 or 403'),
};

/**
 * Checks options and fills in defaults.
 *
 * @throws {@link EmulatorError} INVALID_OPTION naming the option
 */
export function resolveOptions(options: EmulatorOptions): ResolvedOptions {
  const known = [NUMBERS, CHOICES, OTHERS].flatMap(Object.keys).concat(ACCOUNT_FIELDS);
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
  for (const [key, problemOf] of Object.entries(OTHERS)) {
    const problem = given[key] === undefined ? undefined : problemOf(given[key]);
    if (problem !== undefined) refuse(`"${key}" ${problem}.`);
  }
  const platform = options.platform ?? 'v2';
  const redirectUris = options.redirectUris ?? DEFAULT_REDIRECT_URIS;
  const { accountId = '12345678', functions, app, appsPath } = options;
  const first: AccountOptions = { accountId, platform, functions, app, redirectUris, appsPath };
  return {
    ...numbers,
    ...choices,
    accounts: [first, ...(options.accounts ?? [])].map((account) => resolveAccount(account, platform, redirectUris)),
    redirectUris,
    host: options.host ?? '127.0.0.1',
    extraServices: options.extraServices ?? {},
    invocationLimits: options.invocationLimits ?? {},
    logLimit: options.logLimit,
    dataDirectory: options.dataDirectory,
    listingInvalidTokenStatus: options.listingInvalidTokenStatus,
  };
}

/**
 * Checks one account's options and fills in defaults.
 *
 * @throws {@link EmulatorError} INVALID_OPTION naming the option
 */
export function resolveAccount(
  account: AccountOptions,
  platform: PlatformGeneration,
  redirectUris: readonly string[],
): ResolvedOptions['accounts'][number] {
  if (!isRecord(account)) refuse('An account must be an object.');
  const unknown = Object.keys(account).find((key) => !ACCOUNT_FIELDS.includes(key));
  if (unknown !== undefined) refuse(`"${unknown}" is not an option of an account.`);
  if (typeof account.accountId !== 'string' || !/^[\w-]{1,64}$/.test(account.accountId)) {
    refuse('"accountId" must be a string of letters and digits.');
  }
  if (account.platform !== undefined && !CHOICES.platform.includes(account.platform))
    refuse('"platform" must be one of v2, v1.');
  if (account.functions !== undefined && kindOf(account.functions) !== 'folder') {
    refuse(`"functions" names ${account.functions}, which is not a folder.`);
  }
  if (account.appsPath !== undefined && kindOf(account.appsPath) === undefined) {
    refuse(`"appsPath" names ${account.appsPath}, which is neither a file nor a folder.`);
  }
  const uris: unknown = account.redirectUris ?? [];
  if (!Array.isArray(uris) || !uris.every((uri) => typeof uri === 'string' && URL.canParse(uri))) {
    refuse('"redirectUris" must be an array of absolute URIs.');
  }
  const app: unknown = account.app ?? {};
  if (!isRecord(app) || !Object.values(app).every((value) => value === undefined || isText(value))) {
    refuse('"app" must be an object of "clientId" and "clientSecret".');
  }
  return { ...account, platform: account.platform ?? platform, redirectUris: account.redirectUris ?? redirectUris };
}

function limitProblem(value: unknown, fields: readonly string[]): string | undefined {
  if (!isRecord(value)) return 'must be an object';
  const unknown = Object.keys(value).find((field) => !fields.includes(field));
  if (unknown !== undefined) return `has "${unknown}", which is not known`;
  const wrong = fields.find(
    (field) => value[field] !== undefined && !(Number.isInteger(value[field]) && Number(value[field]) >= 0),
  );
  return wrong === undefined ? undefined : `needs a whole number for "${wrong}"`;
}

function kindOf(path: string): 'folder' | 'file' | undefined {
  const stat = typeof path === 'string' ? statSync(path, { throwIfNoEntry: false }) : undefined;
  if (stat?.isDirectory() === true) return 'folder';
  return stat?.isFile() === true ? 'file' : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(message: string): never {
  throw new EmulatorError('INVALID_OPTION', message);
}
