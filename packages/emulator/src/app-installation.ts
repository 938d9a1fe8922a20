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

const GRANT_TYPES = ['client_credentials', 'authorization_code', 'refresh_token', 'implicit'];
const RESPONSE_TYPES = ['code', 'token', 'id_token', 'id_token token', 'implicit'];

type Check = (value: unknown, field: string) => void;

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
 * @throws {@link EmulatorError} INVALID_APP_INSTALLATION naming the first field that is wrong
 */
export function parseAppInstallation(json: unknown): AppInstallation {
  const value: unknown = typeof json === 'string' ? parsed(json) : json;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    refuse('App Installation JSON must be an object');
  const fields = value as Record<string, unknown>;
  for (const [field, entry] of Object.entries(fields)) {
    const check = CHECKS[field];
    if (check === undefined) refuse(`"${field}" is not a field of App Installation JSON`);
    else if (entry !== undefined) check(entry, field);
  }
  if (fields['client_name'] === undefined || fields['client_name'] === '') refuse('"client_name" is required');
  const installation = value as AppInstallation;
  const redirects =
    installation.grant_types?.some((type) => type === 'authorization_code' || type === 'implicit') === true;
  if (redirects && (installation.redirect_uris ?? []).length === 0) {
    refuse('"redirect_uris" must name at least one URI when "grant_types" contains "authorization_code"');
  }
  return installation;
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
    if (typeof value !== 'string') refuse(`"${field}" must be a string`);
    else if (value.length > maximum) refuse(`"${field}" must have at most ${String(maximum)} characters`);
  };
}

function flag(value: unknown, field: string): void {
  if (typeof value !== 'boolean') refuse(`"${field}" must be true or false`);
}

function object(value: unknown, field: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(`"${field}" must be an object`);
}

function listOf(allowed: readonly string[]): Check {
  return (value, field) => {
    for (const entry of strings(value, field)) {
      if (!allowed.includes(entry)) refuse(`"${field}" contains "${entry}"; known are ${allowed.join(', ')}`);
    }
  };
}

function uriList(value: unknown, field: string): void {
  for (const entry of strings(value, field)) {
    if (entry.length > 128) refuse(`"${field}" contains a URI of more than 128 characters`);
    if (!URL.canParse(entry)) refuse(`"${field}" contains "${entry}", which is not an absolute URI`);
  }
}

function strings(value: unknown, field: string): readonly string[] {
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) {
    refuse(`"${field}" must be an array of strings`);
  }
  return value;
}

function refuse(message: string): never {
  throw new EmulatorError('INVALID_APP_INSTALLATION', `${message}.`);
}
