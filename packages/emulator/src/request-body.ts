import type { IncomingMessage } from 'node:http';

/** What was read: the text, or why there is none. */
export type BodyText = { readonly text: string } | { readonly failure: 'too-large' | 'aborted' };

/**
 * Reads a request's body as text.
 *
 * `too-large` is known as soon as there is more than `maximumBytes`; the rest is thrown away as it comes.
 */
export function readBody(request: IncomingMessage, maximumBytes: number): Promise<BodyText> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maximumBytes) chunks.push(chunk);
      else {
        chunks.length = 0;
        resolve({ failure: 'too-large' });
      }
    });
    request.once('end', () => {
      resolve({ text: Buffer.concat(chunks).toString('utf8') });
    });
    request.once('close', () => {
      resolve({ failure: 'aborted' });
    });
    request.once('error', () => {
      resolve({ failure: 'aborted' });
    });
  });
}
