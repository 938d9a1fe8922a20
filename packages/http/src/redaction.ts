/**
 * A URL as it may be shown: without user, password, query and fragment, where credentials hide.
 *
 * @param url - any text.
 */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return '[not a URL]';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

const SHOWN = '[secret]';

/**
 * Makes a function that removes exactly these secrets from any text, in the spellings in which a server may echo them:
 * as they are, percent-encoded, form-encoded, JSON-escaped and in Base64.
 *
 * @param secrets - the values; empty ones are ignored.
 */
export function createScrubber(secrets: readonly string[]): (text: string) => string {
  const spellings = new Set(secrets.filter((secret) => secret !== '').flatMap(spellingsOf));
  if (spellings.size === 0) return (text) => text;
  // The longest first, so that no secret is cut in two by a shorter one that it contains.
  const ordered = [...spellings].sort((a, b) => b.length - a.length).map(escapeForPattern);
  const pattern = new RegExp(ordered.join('|'), 'gi');
  return (text) => text.replace(pattern, SHOWN);
}

function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  return [
    secret,
    encodeWhole(secret),
    new URLSearchParams([['', secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('base64'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
}

function encodeWhole(secret: string): string {
  // A lone surrogate has no percent-encoding of its own.
  return encodeURIComponent(Buffer.from(secret, 'utf8').toString('utf8'));
}

function escapeForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/**
 * The secrets that a set of request headers carries: the credentials of `authorization` and `proxy-authorization`, with
 * what is inside Basic ones, and whole values of other headers an authorizer added.
 *
 * @param headers - what an authorizer returned.
 */
export function secretsOfHeaders(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (!name.toLowerCase().endsWith('authorization')) return [value];
    const credentials = value.slice(value.indexOf(' ') + 1);
    if (!/^basic /i.test(value)) return [credentials, ...quotedParts(credentials)];
    const decoded = Buffer.from(credentials, 'base64').toString('utf8');
    return [credentials, decoded, decoded.slice(decoded.indexOf(':') + 1)];
  });
}

/** The quoted values of a header such as OAuth 1.0's; short ones (a version number, a nonce count) are no secrets. */
function quotedParts(credentials: string): string[] {
  return [...credentials.matchAll(/"([^"]{8,})"/g)].flatMap(([, part]) => (part === undefined ? [] : [part]));
}
