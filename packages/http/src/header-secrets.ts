/** Shorter values (a version, a flag) are no secrets, and would be struck out of every text. */
const MIN_VALUE_LENGTH = 4;
const MIN_PART_LENGTH = 8;

/**
 * The secrets that a set of request headers carries: the credentials of `authorization` and `proxy-authorization`, with
 * what is inside Basic ones, the values of cookies, and whole values of other headers an authorizer added.
 *
 * @param headers - what an authorizer returned.
 */
export function secretsOfHeaders(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers)
    .flatMap(([name, value]) => secretsOfHeader(name.toLowerCase(), value))
    .filter((secret) => secret.length >= MIN_VALUE_LENGTH);
}

function secretsOfHeader(name: string, value: string): string[] {
  if (name === 'cookie') return [value, ...value.split(';').map((pair) => pair.slice(pair.indexOf('=') + 1).trim())];
  if (!name.endsWith('authorization')) return [value.trim()];
  const text = value.trim();
  const credentials = text.slice(text.search(/\s/) + 1).trim();
  return /^basic\s/i.test(text) ? secretsOfBasic(credentials) : [credentials, ...quotedParts(credentials)];
}

/** RFC 6749 section 2.3.1 has id and secret form-encoded before they go into Base64. */
function secretsOfBasic(credentials: string): string[] {
  const decoded = Buffer.from(credentials, 'base64').toString('utf8');
  const secret = decoded.slice(decoded.indexOf(':') + 1);
  return [credentials, decoded, ...withDecoded(secret.replaceAll('+', ' ')), secret];
}

/** The quoted values of a header such as OAuth 1.0's; short ones (a version number, a nonce count) are no secrets. */
function quotedParts(credentials: string): string[] {
  return [...credentials.matchAll(/"([^"]*)"/g)].flatMap(([, part = '']) =>
    part.length < MIN_PART_LENGTH ? [] : withDecoded(part),
  );
}

function withDecoded(text: string): string[] {
  try {
    return [text, decodeURIComponent(text)];
  } catch {
    return [text];
  }
}
