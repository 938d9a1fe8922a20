import { EmulatorError } from './emulator-error.ts';

/**
 * App Installation JSON, as a brand sends it to LivePerson to get a client id and secret.
 *
 * @see https://developers.liveperson.com/authorizing-conversational-cloud-applications-installation.html
 */
export interface AppInstallation {
  readonly client_name: string;
  readonly display_name?: string | undefined;
  readonly description?: string | undefined;
  readonly grant_types?: readonly string[] | undefined;
  readonly redirect_uris?: readonly string[] | undefined;
  readonly response_types?: readonly string[] | undefined;
  /** Space separated. */
  readonly scope?: string | undefined;
  readonly logo_uri?: string | undefined;
  readonly capabilities?: Readonly<Record<string, unknown>> | undefined;
  readonly quick_launch_enabled?: boolean | undefined;
  readonly entry_uri?: string | undefined;
  readonly enabled?: boolean | undefined;
}

/** Something in App Installation JSON that LivePerson would not take. */
export interface AppInstallationProblem {
  /** Where: `redirect_uris[1]`; empty for the document as a whole. */
  readonly path: string;
  /** What is wrong, as a sentence without its full stop. */
  readonly message: string;
}

const GRANT_TYPES = ['client_credentials', 'authorization_code', 'refresh_token', 'implicit'];
const RESPONSE_TYPES = ['code', 'token', 'id_token', 'id_token token', 'implicit'];

/** Finds what is wrong with the value of one field. */
type Check = (value: unknown, field: string) => readonly AppInstallationProblem[];

const CHECKS: Readonly<Record<string, Check>> = {
  client_name: text(128),
  display_name: text(128),
  description: text(256),
  grant_types: listOf(GRANT_TYPES),
  redirect_uris: uriList,
  response_types: listOf(RESPONSE_TYPES),
  scope: text(128),
  logo_uri: text(1024),
  capabilities: object,
  quick_launch_enabled: flag,
  entry_uri: text(1024),
  enabled: flag,
};

/**
 * Checks App Installation JSON.
 *
 * @param json - the object, or its text
 * @throws {@link EmulatorError} INVALID_APP_INSTALLATION naming every field that is wrong, each on a line of its own
 */
export function parseAppInstallation(json: unknown): AppInstallation {
  const value: unknown = typeof json === 'string' ? parsed(json) : json;
  refuseProblems(findAppInstallationProblems(value));
  return value as AppInstallation;
}

/** Refuses App Installation JSON if anything is wrong with it. */
export function refuseProblems(problems: readonly AppInstallationProblem[]): void {
  if (problems.length > 0) refuse(problems.map(({ message }) => message).join('.\n'));
}

/**
 * Finds everything in App Installation JSON that LivePerson would not take, by the published schema.
 *
 * @param value - the parsed document
 * @returns the problems in the order of the document; none if it can be sent
 * @see https://developers.liveperson.com/authorizing-conversational-cloud-applications-installation.html
 */
export function findAppInstallationProblems(value: unknown): readonly AppInstallationProblem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return problem('', 'App Installation JSON must be an object');
  const fields = value as Readonly<Record<string, unknown>>;
  const problems = Object.entries(fields).flatMap(([field, entry]) => {
    const check = Object.hasOwn(CHECKS, field) ? CHECKS[field] : undefined;
    if (check === undefined) return problem(field, `"${field}" is not a field of App Installation JSON`);
    return entry === undefined ? [] : check(entry, field);
  });
  if (fields['client_name'] === undefined || fields['client_name'] === '')
    problems.push(...problem('client_name', '"client_name" is required'));
  const { grant_types: grants, redirect_uris: uris } = fields;
  const redirects = Array.isArray(grants) && (grants.includes('authorization_code') || grants.includes('implicit'));
  if (redirects && (uris === undefined || (Array.isArray(uris) && uris.length === 0))) {
    problems.push(
      ...problem(
        'redirect_uris',
        '"redirect_uris" must name at least one URI when "grant_types" contains "authorization_code"',
      ),
    );
  }
  return problems;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return refuse('App Installation JSON is not JSON');
  }
}

function text(maximum: number): Check {
  return (value, field) => {
    if (typeof value !== 'string') return problem(field, `"${field}" must be a string`);
    if (value.length > maximum) return problem(field, `"${field}" must have at most ${String(maximum)} characters`);
    return [];
  };
}

function flag(value: unknown, field: string): readonly AppInstallationProblem[] {
  return typeof value === 'boolean' ? [] : problem(field, `"${field}" must be true or false`);
}

function object(value: unknown, field: string): readonly AppInstallationProblem[] {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? [] : problem(field, `"${field}" must be an object`);
}

function listOf(allowed: readonly string[]): Check {
  return (value, field) =>
    eachString(value, field, (entry, path) =>
      allowed.includes(entry) ? [] : problem(path, `"${field}" contains "${entry}"; known are ${allowed.join(', ')}`),
    );
}

function uriList(value: unknown, field: string): readonly AppInstallationProblem[] {
  return eachString(value, field, (entry, path) => {
    if (entry.length > 128) return problem(path, `"${field}" contains a URI of more than 128 characters`);
    return URL.canParse(entry) ? [] : problem(path, `"${field}" contains "${entry}", which is not an absolute URI`);
  });
}

function eachString(
  value: unknown,
  field: string,
  check: (entry: string, path: string) => readonly AppInstallationProblem[],
): readonly AppInstallationProblem[] {
  if (!Array.isArray(value) || !value.every((entry): entry is string => typeof entry === 'string')) {
    return problem(field, `"${field}" must be an array of strings`);
  }
  return value.flatMap((entry, at) => check(entry, `${field}[${String(at)}]`));
}

function problem(path: string, message: string): AppInstallationProblem[] {
  return [{ path, message }];
}

function refuse(message: string): never {
  throw new EmulatorError('INVALID_APP_INSTALLATION', `${message}.`);
}
