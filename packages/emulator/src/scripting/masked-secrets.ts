import type { Emulator } from '../emulator.ts';
import type { RecordedRequest } from '../recorded-request.ts';

/** What stands for a secret until someone asks for it. */
export const MASK = '[masked]';

/** Parameters of forms and queries that hold a secret. */
const PARAMETERS =
  'client_secret|client_assertion|code|code_verifier|token|access_token|refresh_token|id_token|password';
/** Fields of JSON that do. A `code` is no secret there: it is the gateway's word for what went wrong. */
const FIELDS =
  'access_token|refresh_token|id_token|client_secret|password|accessToken|refreshToken|clientSecret|bearer|csrf';
const IN_FORM = new RegExp(`((?:^|[?&\\s])(?:${PARAMETERS})=)([^&\\s]+)`, 'g');
const IN_JSON = new RegExp(`("(?:${FIELDS})"\\s*:\\s*")((?:[^"\\\\]|\\\\.)+)`, 'g');
const CREDENTIAL_HEADER = /^(?:authorization|proxy-authorization|cookie|set-cookie|dpop)$/;
/** A credential in running text; what is shorter is a word. */
const SCHEME = /\b(Bearer|Basic|DPoP) +([\w.~+/=-]{16,})/gi;
/** Shorter texts are masked where they stand for a secret, but not wherever else they occur. */
const LEAST_LITERAL = 6;

/**
 * Masks the secrets of a recorded request: those of its headers, form fields and JSON fields, the same wherever else they occur in it (functions and
 * careless servers echo), and the given ones.
 *
 * @param known - secrets that may occur anywhere
 */
export function maskedRequest(request: RecordedRequest, known: readonly string[]): RecordedRequest {
  const mask = maskOf([...known, ...secretsOf(request)]);
  const query = Object.entries(request.query).map(([name, value]) => [
    name,
    new RegExp(`^(?:${PARAMETERS})$`).test(name) ? MASK : typeof value === 'string' ? mask(value) : value.map(mask),
  ]);
  const maskedHeaders = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        CREDENTIAL_HEADER.test(name) ? maskedHeader(value) : mask(value),
      ]),
    );
  return {
    ...request,
    url: mask(request.url),
    path: mask(request.path),
    query: Object.fromEntries(query) as RecordedRequest['query'],
    headers: maskedHeaders(request.headers),
    body: mask(request.body),
    responseHeaders: request.responseHeaders === undefined ? undefined : maskedHeaders(request.responseHeaders),
    responseBody: request.responseBody === undefined ? undefined : mask(request.responseBody),
  };
}

/**
 * Makes a function that masks the given secrets wherever they occur in a text, and whatever else has the form of one.
 *
 * @param known - secrets as they are; those too short to be told from words are left
 */
export function maskOf(known: readonly string[]): (text: string) => string {
  const secrets = [...new Set(known.filter((secret) => secret.length >= LEAST_LITERAL))];
  // The longest first: one secret may be part of another.
  const literal = secrets.flatMap(spellings).sort((first, second) => second.length - first.length);
  return (text) => masked(literal.reduce((rest, secret) => rest.replaceAll(secret, MASK), text));
}

/** The secrets that the accounts hold: of apps and of users. */
export function secretsOfAccounts({ accounts }: Pick<Emulator, 'accounts'>): readonly string[] {
  return accounts
    .list()
    .flatMap(({ apps, users }) => [
      ...apps.list().map(({ clientSecret }) => clientSecret),
      ...users.list().map(({ password }) => password),
    ]);
}

function masked(text: string): string {
  return text.replaceAll(IN_FORM, `$1${MASK}`).replaceAll(IN_JSON, `$1${MASK}`).replaceAll(SCHEME, `$1 ${MASK}`);
}

function maskedHeader(value: string): string {
  const scheme = /^(Bearer|Basic|DPoP) /i.exec(value)?.[1];
  return scheme === undefined ? MASK : `${scheme} ${MASK}`;
}

function secretsOf({ headers, url, body, responseBody = '' }: RecordedRequest): readonly string[] {
  const found: string[] = [];
  for (const text of [url, body, responseBody]) {
    for (const pattern of [SCHEME, IN_FORM, IN_JSON]) {
      for (const [, , secret = ''] of text.matchAll(pattern)) found.push(secret, decoded(secret));
    }
  }
  const [, scheme = '', credential = ''] = /^(\S+) +(\S+)$/.exec(headers['authorization'] ?? '') ?? [];
  found.push(credential);
  if (scheme.toLowerCase() === 'basic') found.push(secretOfBasic(credential));
  for (const pair of (headers['cookie'] ?? '').split(';')) found.push(pair.slice(pair.indexOf('=') + 1).trim());
  return found;
}

function secretOfBasic(credential: string): string {
  const text = Buffer.from(credential, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}

/** The ways in which a text comes over the wire. */
function spellings(secret: string): readonly string[] {
  return [...new Set([secret, encodeURIComponentSafely(secret), JSON.stringify(secret).slice(1, -1)])];
}

function encodeURIComponentSafely(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
