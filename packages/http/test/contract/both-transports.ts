import { TransportError } from '@lp-functions/errors';
import { expect, onTestFinished } from 'vitest';
import { createGotTransport, createUndiciTransport, type HttpRequest, type HttpTransport } from '../../src/index.ts';
import { failureOf, SECRETS } from '../leak-check.ts';

export type CreateTransport = typeof createGotTransport | typeof createUndiciTransport;

/** For `describe.each`: whatever one transport promises, the other must keep. */
export const BOTH_TRANSPORTS: readonly { readonly name: string; readonly create: CreateTransport }[] = [
  { name: 'got', create: createGotTransport },
  { name: 'undici', create: createUndiciTransport },
];

/** A transport that is closed with the test. */
export function transportOf(create: CreateTransport, options?: Parameters<CreateTransport>[0]): HttpTransport {
  const transport = create(options);
  onTestFinished(() => transport.close());
  return transport;
}

/** A POST that carries both secrets. */
export function requestTo(url: string, fields: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'POST',
    url,
    headers: { authorization: `Bearer ${SECRETS.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ client_secret: SECRETS.clientSecret }),
    timeoutMs: 10_000,
    maxResponseBytes: 1_000_000,
    ...fields,
  };
}

/** The TransportError that the attempt ends with; it must keep the rule that ties `requestSent` to the phase. */
export async function transportFailureOf(promise: Promise<unknown>): Promise<TransportError> {
  const error = await failureOf(promise);
  expect(error).toBeInstanceOf(TransportError);
  const failure = error as TransportError;
  if (failure.requestSent === 'no') expect(['lookup', 'connect', 'tls']).toContain(failure.phase);
  return failure;
}

/** The fields that say what became of the request. */
export function factsOf(failure: TransportError): Pick<TransportError, 'code' | 'phase' | 'requestSent'> {
  return { code: failure.code, phase: failure.phase, requestSent: failure.requestSent };
}
