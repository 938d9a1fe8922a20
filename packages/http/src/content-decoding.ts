import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

/** The body is longer than allowed once it is decoded. */
export class BodyTooLargeError extends Error {}

/**
 * Turns the bytes of a body into text: undoes a content encoding (none was asked for, but some servers compress all the
 * same) and reads UTF-8.
 *
 * @param chunks - the bytes as they came.
 * @param encoding - value of `Content-Encoding`, if there was one.
 * @param maxBytes - limit for the decoded body.
 * @throws BodyTooLargeError if the limit is passed.
 * @throws Error if the bytes are not what the encoding says.
 */
export function decodeBody(chunks: readonly Buffer[], encoding: string | undefined, maxBytes: number): string {
  const [first] = chunks;
  const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
  // The answer to a HEAD, or a 204, names the encoding of a body that it has not.
  if (bytes.length === 0) return '';
  return stripMark((encoding === undefined ? bytes : undoEncoding(bytes, encoding, maxBytes)).toString('utf8'));
}

function undoEncoding(bytes: Buffer, encoding: string, maxBytes: number): Buffer {
  try {
    return encoding
      .toLowerCase()
      .split(',')
      .map((name) => name.trim())
      .reverse()
      .reduce((body, name) => undoOne(body, name, maxBytes), bytes);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw new BodyTooLargeError();
    throw error;
  }
}

function undoOne(bytes: Buffer, name: string, maxOutputLength: number): Buffer {
  switch (name) {
    case '':
    case 'identity':
      return bytes;
    case 'gzip':
    case 'x-gzip':
      return gunzipSync(bytes, { maxOutputLength });
    case 'deflate':
      return inflateSync(bytes, { maxOutputLength });
    case 'br':
      return brotliDecompressSync(bytes, { maxOutputLength });
    default:
      throw new Error(`unknown content encoding ${JSON.stringify(name)}`);
  }
}

function stripMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
