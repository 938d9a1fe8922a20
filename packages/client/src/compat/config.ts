import type { Platform } from '@lp-functions/faas-invoker';
import {
  accountIdRule,
  anything,
  checkOptions,
  duration,
  flag,
  headerText,
  type OptionRule,
  type ProxySettings,
  required,
  text,
} from '@lp-functions/http';
import { type AuthStrategy, authStrategyRule } from './auth-strategy.ts';
import { templateRule } from './path-template.ts';

/** What the official client requires. */
export interface BaseConfig {
  /** LivePerson account (site) id. */
  readonly accountId: string;
  /** How to authenticate. */
  readonly authStrategy: AuthStrategy;
}

/** What the official client has defaults for. */
export interface DefaultConfig {
  /** Service by which the gateway is looked up. Default `faasGW`. */
  readonly gwCsdsServiceName?: string | undefined;
  /** Service by which the listing is looked up. Default `faasUI`. */
  readonly uiCsdsServiceName?: string | undefined;
  /** Sent as `v` to V1. Default `1`. */
  readonly apiVersion?: string | undefined;
  /** Limit of one attempt in milliseconds. Default 35,000. */
  readonly timeout?: number | undefined;
  /** `http` sends invocations, and tokens with them, unencrypted. Default `https`. */
  readonly protocol?: 'http' | 'https' | undefined;
  /** Path of V2's listing. */
  readonly getFunctionsUri?: string | undefined;
  /** Path of V1's listing. */
  readonly getLambdasUri?: string | undefined;
  /** Path of an invocation by UUID: account first, UUID second. */
  readonly invokeUuidUri?: string | undefined;
  /** Path of an invocation by event: account first, event second. */
  readonly invokeEventUri?: string | undefined;
  /** Path of the question whether an event is implemented. */
  readonly isImplementedUri?: string | undefined;
  /** Rejects instead of resolving to a response whose `ok` is false. Default `false`. */
  readonly failOnErrorStatusCode?: boolean | undefined;
  /** HTTP headers of requests to the Domain API. */
  readonly csdsHttpHeaders?: Readonly<Record<string, unknown>> | undefined;
  /** How long a list of hosts is fresh, in seconds. Default 600. */
  readonly csdsTtlSeconds?: number | undefined;
  /** Taken and not used: when a token is renewed depends on how long it lives. */
  readonly jwtRefreshAfterMinutes?: number | undefined;
  /** How long an answer of `isImplemented` is kept, in seconds. Default 60. */
  readonly isImplementedCacheDurationInSeconds?: number | undefined;
}

/** What the official client does not have. */
export interface AddedConfig {
  /** Where the Domain API is. Default `https://api.liveperson.net`. Plain http only on loopback. */
  readonly discoveryUrl?: string | undefined;
  /** Generation of the platform. Default `'auto'`: by the name of the gateway's host. */
  readonly platform?: Platform | 'auto' | undefined;
  /** Hosts that the Domain API may name. Default `['liveperson.net']`. */
  readonly allowedHostSuffixes?: readonly string[] | undefined;
  /** Proxies to go through. Default: none. */
  readonly proxy?: ProxySettings | undefined;
}

/** Configuration of a {@link Client}. Keys that are not in it are ignored, as the official client does. */
export type Config = BaseConfig & DefaultConfig & AddedConfig;

/** A configuration with its defaults. */
export type Settings = Config & Required<{ [K in keyof DefaultConfig]: NonNullable<DefaultConfig[K]> }>;

const seconds: OptionRule = (value) =>
  value === undefined || (typeof value === 'number' && Number.isFinite(value) && value >= 0)
    ? undefined
    : 'must be a number, 0 or more';

const headersRule: OptionRule = (value) =>
  value === undefined ||
  (typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(([name, one]) => /^[\w-]+$/.test(name) && headerText(String(one)) === undefined))
    ? undefined
    : 'must be an object of HTTP headers';

const suffixesRule: OptionRule = (value) =>
  value === undefined || (Array.isArray(value) && value.every((suffix) => typeof suffix === 'string' && suffix !== ''))
    ? undefined
    : 'must be a list of domain names';

const oneOf =
  (...values: readonly string[]): OptionRule =>
  (value) =>
    value === undefined || values.includes(value as string) ? undefined : `must be one of ${values.join(', ')}`;

const rules: Readonly<Record<keyof Config, OptionRule>> = {
  accountId: required(accountIdRule),
  authStrategy: required(authStrategyRule),
  gwCsdsServiceName: text,
  uiCsdsServiceName: text,
  apiVersion: text,
  timeout: duration,
  protocol: oneOf('http', 'https'),
  getFunctionsUri: templateRule(1),
  getLambdasUri: templateRule(1),
  invokeUuidUri: templateRule(2),
  invokeEventUri: templateRule(2),
  isImplementedUri: templateRule(2),
  failOnErrorStatusCode: flag,
  csdsHttpHeaders: headersRule,
  csdsTtlSeconds: seconds,
  jwtRefreshAfterMinutes: seconds,
  isImplementedCacheDurationInSeconds: seconds,
  // These are checked where they are handed on to, under the same names.
  discoveryUrl: text,
  platform: oneOf('auto', 'v1', 'v2'),
  allowedHostSuffixes: suffixesRule,
  proxy: anything,
};

const DEFAULTS = {
  gwCsdsServiceName: 'faasGW',
  uiCsdsServiceName: 'faasUI',
  apiVersion: '1',
  timeout: 35_000,
  protocol: 'https',
  getFunctionsUri: 'api/account/%s/functions',
  getLambdasUri: 'api/account/%s/lambdas/',
  invokeUuidUri: 'api/account/%s/lambdas/%s/invoke',
  invokeEventUri: 'api/account/%s/events/%s/invoke',
  isImplementedUri: 'api/account/%s/events/%s/isImplemented',
  failOnErrorStatusCode: false,
  csdsHttpHeaders: {},
  csdsTtlSeconds: 600,
  jwtRefreshAfterMinutes: 30,
  isImplementedCacheDurationInSeconds: 60,
} as const;

/**
 * Checks a configuration and fills in the defaults, also for keys that are `undefined`.
 *
 * @throws {@link ConfigurationError} INVALID_OPTION, naming the key.
 */
export function settingsOf(config: Config): Settings {
  const given: unknown =
    typeof config === 'object' && (config as unknown) !== null
      ? Object.fromEntries(
          Object.entries(config).filter(([name, value]) => Object.hasOwn(rules, name) && value !== undefined),
        )
      : config;
  checkOptions(given, rules, 'Client');
  return { ...DEFAULTS, ...(given as Config) } as Settings;
}
