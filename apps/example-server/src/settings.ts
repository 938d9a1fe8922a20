import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { isLoopbackHost, proxyFromVariables, type ProxySettings } from '@lp-functions/http';
import { z } from 'zod';

/** A function that this server calls as itself, and only because it is on the list. */
export interface ServerFunction {
  readonly name: string;
  readonly uuid: string;
}

/** A key of AES-256, in Base64, with its name. */
export interface QueueKey {
  readonly id: string;
  readonly secret: string;
}

/** What has to be known to run this server. */
export interface Settings {
  readonly accountId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The Domain API, if it is not LivePerson's. */
  readonly discoveryUrl: string | undefined;
  /** Proxies to go through to LivePerson, if any are set. */
  readonly proxy: ProxySettings | undefined;
  /** Origin by which browsers know this server. The redirect URI is made of it, and never of what a request says. */
  readonly publicUrl: string;
  readonly host: string;
  readonly port: number;
  /** Addresses of the proxies whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies: readonly string[];
  /** Sign the session cookie; the first one signs, all verify. */
  readonly sessionSecrets: readonly string[];
  readonly dataFolder: string;
  readonly serverFunctions: readonly ServerFunction[];
  /** Redis that keeps queued calls; without, calls cannot be queued. May hold a password. */
  readonly redisUrl: string | undefined;
  /** Seal what the queue keeps; the first one seals, all open. */
  readonly queueKeys: readonly QueueKey[] | undefined;
  /** Logins that one address may begin in a minute. */
  readonly loginsPerMinute: number;
  /** How long to go on serving after `/ready` has begun to say no, so that a load balancer notices. In milliseconds. */
  readonly drainMs: number;
  readonly logLevel: string;
  /** Whether spans and metrics are sent to an OpenTelemetry collector. */
  readonly telemetry: boolean;
}

/** The environment is not enough to start with. The message has one line for each variable that is wrong. */
export class SettingsError extends Error {
  constructor(problems: readonly string[]) {
    super(`This server cannot start with these settings:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'SettingsError';
  }
}

/** 32 bytes, in either alphabet of Base64. */
const QUEUE_KEY = /^[\w-]{1,32}:[A-Za-z0-9+/_-]{43}=?$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const WHOLE = 'must be a whole number above 0';
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
const required = z.string({ error: 'is not set' });
const list = z.string().transform((text) => text.split(',').map((entry) => entry.trim()));
const origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text,
    'must be an origin such as https://example.com',
  )
  .refine(
    (text) => !URL.canParse(text) || new URL(text).protocol === 'https:' || isLoopbackHost(new URL(text).hostname),
    'must be https: beyond this machine, since cookies and codes travel to it',
  );
/** Names of ranges that Express knows. */
const RANGES = ['loopback', 'linklocal', 'uniquelocal'];

function isAddressOrRange(entry: string): boolean {
  const [address = '', bits, ...rest] = entry.split('/');
  const version = isIP(address);
  if (version === 0) return RANGES.includes(entry);
  return (
    rest.length === 0 && (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)))
  );
}

const proxies = list.refine(
  (entries) => entries.every(isAddressOrRange),
  'must be addresses or ranges such as 10.0.0.0/8, separated by commas',
);
const serverFunctions = list
  .refine((entries) => entries.every((entry) => UUID.test(entry.split('=')[1] ?? '')), 'must be NAME=UUID,NAME=UUID')
  .transform((entries) => entries.map((entry) => entry.split('=')).map(([name = '', uuid = '']) => ({ name, uuid })));

const queueKeys = list
  .refine((entries) => entries.every((entry) => QUEUE_KEY.test(entry)), 'must be ID:BASE64,ID:BASE64, of 32 bytes each')
  .transform((entries) => entries.map((entry) => entry.split(':')).map(([id = '', secret = '']) => ({ id, secret })));

/** One rule for each variable; the names are those of the environment, so that messages need no translation. */
const variablesSchema = z
  .object({
    LPFN_ACCOUNT_ID: required,
    LPFN_CLIENT_ID: required,
    LPFN_CLIENT_SECRET: required,
    LPFN_DISCOVERY_URL: z
      .string()
      .refine((text) => URL.canParse(text), 'must be a URL')
      .optional(),
    EXAMPLE_PUBLIC_URL: origin.default('http://localhost:3000'),
    EXAMPLE_HOST: z.string().default('127.0.0.1'),
    EXAMPLE_PORT: z.coerce.number('must be a port number').int().min(0).max(65_535).default(3000),
    EXAMPLE_TRUSTED_PROXIES: proxies.optional(),
    EXAMPLE_SESSION_SECRETS: required
      .pipe(list)
      .refine((secrets) => secrets.every(({ length }) => length >= 32), 'must be secrets of at least 32 characters'),
    EXAMPLE_DATA_DIRECTORY: z.string().default('data'),
    EXAMPLE_SERVER_FUNCTIONS: serverFunctions.optional(),
    LPFN_REDIS_URL: z
      .string()
      .refine((text) => /^rediss?:/.test(text) && URL.canParse(text), 'must be a URL of redis: or rediss:')
      .optional(),
    LPFN_QUEUE_KEYS: queueKeys.optional(),
    EXAMPLE_LOGINS_PER_MINUTE: z.coerce.number(WHOLE).int(WHOLE).min(1, WHOLE).default(20),
    EXAMPLE_DRAIN_SECONDS: z.coerce.number('must be a number of seconds, 600 at most').min(0).max(600).default(0),
    EXAMPLE_LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
    OTEL_EXPORTER_OTLP_ENDPOINT: z
      .string()
      .refine((text) => URL.canParse(text), 'must be a URL')
      .optional(),
  })
  .refine((given) => given.EXAMPLE_PUBLIC_URL.startsWith('http:') || given.EXAMPLE_TRUSTED_PROXIES !== undefined, {
    path: ['EXAMPLE_TRUSTED_PROXIES'],
    error: 'is not set: name the addresses of the proxies that end TLS for EXAMPLE_PUBLIC_URL',
  });

/**
 * Checks the environment as a whole, so that nobody has to correct one variable after the other.
 *
 * @param environment - usually `process.env`. Empty variables count as absent.
 * @throws {@link SettingsError} naming every variable that is missing or wrong, and no value.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const { success, data, error } = variablesSchema.safeParse(given);
  if (!success) throw new SettingsError(error.issues.map(({ path, message }) => `${path.join('.')} ${message}`));
  return {
    accountId: data.LPFN_ACCOUNT_ID,
    clientId: data.LPFN_CLIENT_ID,
    clientSecret: data.LPFN_CLIENT_SECRET,
    discoveryUrl: data.LPFN_DISCOVERY_URL,
    proxy: proxyFromVariables(given),
    publicUrl: data.EXAMPLE_PUBLIC_URL,
    host: data.EXAMPLE_HOST,
    port: data.EXAMPLE_PORT,
    trustedProxies: data.EXAMPLE_TRUSTED_PROXIES ?? [],
    sessionSecrets: data.EXAMPLE_SESSION_SECRETS,
    dataFolder: resolve(data.EXAMPLE_DATA_DIRECTORY),
    serverFunctions: data.EXAMPLE_SERVER_FUNCTIONS ?? [],
    redisUrl: data.LPFN_REDIS_URL,
    queueKeys: data.LPFN_QUEUE_KEYS,
    loginsPerMinute: data.EXAMPLE_LOGINS_PER_MINUTE,
    drainMs: data.EXAMPLE_DRAIN_SECONDS * 1000,
    logLevel: data.EXAMPLE_LOG_LEVEL,
    telemetry: data.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined,
  };
}
