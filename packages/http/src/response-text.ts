import type { TransportError } from '@lp-functions/errors';
import { BodyTooLargeError, decodeBody } from './content-decoding.ts';
import { headerValue, type HttpRequest, type HttpResponse } from './http-transport.ts';
import { responseTooLarge, undecodable } from './transport-failure.ts';

/**
 * The text of an answer that has arrived whole.
 *
 * @param chunks - its bytes as they came.
 * @param headers - its headers.
 * @param request - what it answers.
 * @returns the text, or the error RESPONSE_TOO_LARGE or RESPONSE_MALFORMED.
 */
export function responseText(
  chunks: readonly Buffer[],
  headers: HttpResponse['headers'],
  { url, maxResponseBytes }: HttpRequest,
): string | TransportError {
  try {
    return decodeBody(chunks, headerValue(headers, 'content-encoding'), maxResponseBytes);
  } catch (error) {
    return error instanceof BodyTooLargeError ? responseTooLarge(maxResponseBytes, url) : undecodable(error, url);
  }
}
