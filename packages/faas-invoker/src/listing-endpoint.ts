import { isInvocableState, type Lambda, type LambdaFilter } from './lambda.ts';
import type { Platform } from './platform-generation.ts';

/** What stands in the URL of a listing. */
export interface ListingRequest {
  readonly origin: string;
  readonly accountId: string;
  readonly platform: Platform;
  readonly eventSource: string;
  readonly filter: LambdaFilter;
}

/**
 * URL of the listing.
 *
 * @see LivePerson's own JavaScript client: V1 asks for `/lambdas` with `v=1`, V2 for `/functions` with `functionName`.
 */
export function listingUrl({ origin, accountId, platform, eventSource, filter }: ListingRequest): string {
  const v1 = platform === 'v1';
  const query = new URLSearchParams();
  const { state = [], name, eventId, userId } = filter;
  if (v1) query.append('v', '1');
  if (v1) query.append('externalSystem', eventSource);
  if (eventId !== undefined) query.append('eventId', eventId);
  for (const one of typeof state === 'string' ? [state] : state) query.append('state', one);
  if (name !== undefined) query.append(v1 ? 'name' : 'functionName', name);
  if (userId !== undefined) query.append('userId', userId);
  const url = `${origin}/api/account/${accountId}/${v1 ? 'lambdas' : 'functions'}`;
  // URLSearchParams writes a blank as +, which no client of LivePerson's does.
  return query.size === 0 ? url : `${url}?${query.toString().replaceAll('+', '%20')}`;
}

/** Reads a listing, or `undefined` if it is none. */
export function readLambdas(value: unknown, platform: Platform): readonly Lambda[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const lambdas = value.map((entry: unknown) => readLambda(entry, platform));
  return lambdas.includes(undefined) ? undefined : (lambdas as Lambda[]);
}

const TEXTS = ['eventId', 'size', 'createdAt', 'createdBy', 'updatedAt', 'updatedBy'];

function readLambda(entry: unknown, platform: Platform): Lambda | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const fields: Record<string, unknown> = { ...entry };
  const { uuid, skills } = fields;
  if (typeof uuid !== 'string') return undefined;
  // Typed fields are what their types say, or absent; all others stay as they came.
  for (const name of TEXTS) if (typeof fields[name] !== 'string') Reflect.deleteProperty(fields, name);
  if (typeof fields['isCompV1'] !== 'boolean') delete fields['isCompV1'];
  if (typeof fields['version'] !== 'number') delete fields['version'];
  if (skills !== undefined && !(Array.isArray(skills) && skills.every((skill) => typeof skill === 'string'))) {
    delete fields['skills'];
  }
  const state = textOf(fields['state']);
  return {
    ...fields,
    uuid,
    name: textOf(fields['name']),
    description: textOf(fields['description']),
    state,
    platform,
    invocable: isInvocableState(state),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
