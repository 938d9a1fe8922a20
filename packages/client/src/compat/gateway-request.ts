import type { Platform } from '@lp-functions/faas-invoker';
import type { Settings } from './config.ts';
import type { BaseInvocation, Invocation, IsImplemented, LambdaRequest } from './invocation-data.ts';
import { fillTemplate } from './path-template.ts';

/** Where a request goes, and who asks. */
export interface RequestSetting {
  readonly origin: string;
  readonly platform: Platform;
  readonly accountId: string;
  readonly settings: Settings;
}

/** What a request says besides its body. */
export interface GatewayRequest {
  readonly url: string;
  /** Spelled as the official client does, for a `fetch` that looks at them. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The filters of both listing methods. */
export type ListingFilter = LambdaRequest & { readonly functionName?: string | undefined };

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** @throws {@link ConfigurationError} INVALID_OPTION for an id that cannot stand in a path. */
export function invocationRequest(setting: RequestSetting, data: Invocation): GatewayRequest {
  const { settings, platform, accountId } = setting;
  const { skillId, userId, eventId, lambdaUuid } = data;
  // If both are given against the types, the event wins: as in the official client.
  const path =
    typeof eventId === 'string'
      ? fillTemplate(settings.invokeEventUri, { accountId, eventId })
      : fillTemplate(settings.invokeUuidUri, { accountId, lambdaUuid });
  const source = sourceOf(data);
  const query: Query = { ...versionOf(setting, data), skillId, userId };
  if (platform === 'v2') return { url: urlOf(setting, path, query), headers: sourceHeader(source ?? 'Unknown') };
  return { url: urlOf(setting, path, { ...query, externalSystem: source ?? 'unknown' }), headers: {} };
}

/** @throws {@link ConfigurationError} as {@link invocationRequest}. */
export function implementedRequest(setting: RequestSetting, data: IsImplemented): GatewayRequest {
  const { accountId, settings } = setting;
  const { eventId, skillId, userId } = data;
  const path = fillTemplate(settings.isImplementedUri, { accountId, eventId });
  return asking(setting, data, path, { skillId, userId }, 'Unknown');
}

/**
 * The listing of V1 or V2: whichever the account has, whatever method was called.
 *
 * @throws {@link ConfigurationError} as {@link invocationRequest}.
 */
export function listingRequest(setting: RequestSetting, data: ListingFilter): GatewayRequest {
  const { accountId, settings, platform } = setting;
  const { eventId, state, userId } = data;
  const name = data.functionName ?? data.name;
  const v1 = platform === 'v1';
  const path = fillTemplate(v1 ? settings.getLambdasUri : settings.getFunctionsUri, { accountId });
  return asking(setting, data, path, { eventId, state, userId, [v1 ? 'name' : 'functionName']: name });
}

/** A request that only reads names its system, too, if the caller gave a name. */
function asking(
  setting: RequestSetting,
  data: BaseInvocation,
  path: string,
  query: Query,
  v1Default?: string,
): GatewayRequest {
  const source = sourceOf(data);
  if (setting.platform === 'v2') {
    return { url: urlOf(setting, path, query), headers: source === undefined ? {} : sourceHeader(source) };
  }
  const all = { ...versionOf(setting, data), ...query, externalSystem: source ?? v1Default };
  return { url: urlOf(setting, path, all), headers: {} };
}

function sourceHeader(source: string): Readonly<Record<string, string>> {
  return { 'LP-EventSource': source };
}

/** Name of the calling system: an empty one is none. */
export function sourceOf({ lpEventSource, externalSystem }: BaseInvocation): string | undefined {
  return [lpEventSource, externalSystem].find((source) => source !== undefined && source !== '');
}

function versionOf({ platform, settings }: RequestSetting, { apiVersion }: BaseInvocation): Query {
  return platform === 'v1' ? { v: apiVersion ?? settings.apiVersion } : {};
}

/** Parameters without a value are left out: the platform takes an empty one for none. */
function urlOf({ origin }: RequestSetting, path: string, query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? []]
      .flat()
      .filter((one) => one !== '')
      .map((one) => `${name}=${encodeURIComponent(one)}`),
  );
  return `${origin}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
}
