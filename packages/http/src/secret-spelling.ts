/** Characters that no encoding of text has a reason to escape. */
const PLAIN = /[A-Za-z0-9]/;

const HTML_NAMES: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

/** Shorter than this, what is left of a secret inside Base64 would match by chance. */
const MIN_EMBEDDED_BASE64 = 8;

/**
 * A pattern for every spelling in which a server may echo a secret. Escaping is matched character by character, because
 * encoders differ in what they escape: `/` and `=` are left alone by some, `%2F`, `\/` or `\u003d` with others.
 *
 * @param secret - not empty.
 * @returns a global pattern.
 */
export function spellingPattern(secret: string): RegExp {
  const bytes = Buffer.from(secret, 'utf8');
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  const spellings = [
    escapable(secret),
    `${escapable(base64)}(?:=|%3D|\\\\u003d)*`,
    escapable(bytes.toString('base64url')),
    bytes.toString('hex'),
    ...embeddedBase64(bytes).flatMap((part) => [escapable(part), escapable(toUrlSafe(part))]),
  ];
  // The longest first: Base64 of the whole before the part that is the same inside a longer text.
  const ordered = [...new Set(spellings)].sort((a, b) => b.length - a.length);
  return new RegExp(ordered.join('|'), 'gi');
}

/** Matches a text whose characters may each be escaped, in the way of percent-encoding, JSON or HTML. */
function escapable(text: string): string {
  return Array.from(text, spellingsOfCharacter).join('');
}

function spellingsOfCharacter(character: string): string {
  if (PLAIN.test(character)) return character;
  const point = character.codePointAt(0) ?? 0;
  const units = Array.from({ length: character.length }, (_, index) => hex(character.charCodeAt(index), 4));
  const encoded = Buffer.from(character, 'utf8');
  const spellings = [
    // A lone surrogate does not survive UTF-8: what comes back is the replacement character.
    [...new Set([character, encoded.toString('utf8')])].map((shown) => `\\\\{0,4}${literal(shown)}`),
    [...encoded].map((byte) => `%(?:25){0,2}${hex(byte, 2)}`).join(''),
    units.map((unit) => `\\\\{1,4}u${unit}`).join(''),
    `&#(?:0*${String(point)}|x0*${point.toString(16)});`,
    HTML_NAMES[character] === undefined ? [] : `&${HTML_NAMES[character]};`,
    character === ' ' ? '\\+' : [],
    CONTROL_ESCAPES[character] === undefined ? [] : `\\\\{1,4}${CONTROL_ESCAPES[character]}`,
  ];
  return `(?:${spellings.flat().join('|')})`;
}

const CONTROL_ESCAPES: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't', '\b': 'b', '\f': 'f' };

/**
 * Those characters of Base64 that stand for the secret alone when it begins at the first, second or third byte of a
 * group: what is left of it in `Basic` credentials or an encoded form.
 */
function embeddedBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + bytes.length) * 8) / 6);
    const part = text.slice(first, last);
    return part.length < MIN_EMBEDDED_BASE64 ? [] : [part];
  });
}

function toUrlSafe(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function literal(character: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : character;
}
