/**
 * Distinguished Encoding Rules of ASN.1, as far as a certificate needs them. Node can sign, but not write a certificate.
 *
 * @see ITU-T X.690
 */
const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
};

/** Encodes a value of any tag. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
}

export const sequence = (...content: readonly Uint8Array[]): Buffer => der(TAG.sequence, ...content);
export const set = (...content: readonly Uint8Array[]): Buffer => der(TAG.set, ...content);
export const utf8 = (text: string): Buffer => der(TAG.utf8, Buffer.from(text));
export const octetString = (content: Uint8Array): Buffer => der(TAG.octetString, content);
export const bitString = (content: Uint8Array, unusedBits = 0): Buffer =>
  der(TAG.bitString, Buffer.from([unusedBits]), content);
export const boolean = (value: boolean): Buffer => der(0x01, Buffer.from([value ? 0xff : 0]));

/** Encodes a positive integer given as big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  const needsSign = (bytes[0] ?? 0) >= 0x80;
  return der(TAG.integer, needsSign ? Buffer.from([0]) : Buffer.alloc(0), bytes);
}

/** Encodes an object identifier given in dots. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(TAG.objectId, Buffer.from(bytes));
}

/** Encodes a moment before 2050 as UTCTime. */
export function utcTime(epochMs: number): Buffer {
  const text = new Date(epochMs).toISOString().replaceAll(/[-:T]/g, '').slice(2, 14);
  return der(0x17, Buffer.from(`${text}Z`));
}

/** Encodes under a context-specific tag, constructed or primitive. */
export function tagged(tag: number, content: Uint8Array, constructed: boolean): Buffer {
  return der(0x80 | (constructed ? 0x20 : 0) | tag, content);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) bytes.unshift(left % 256);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}
