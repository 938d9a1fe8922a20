import { TransportError } from '@lp-functions/errors';
import { listenForAbort } from './abort-listener.ts';
import type { Timekeeping } from './call-limits.ts';
import type { HttpRequest, HttpResponse, HttpTransport } from './http-transport.ts';
import { aborted, attemptTimeout, transportClosed } from './transport-failure.ts';

/** Registered, so that a transport made by another installed copy of this package is recognised. */
const KEEPS_LIMITS: unique symbol = Symbol.for('@lp-functions/http/keeps-limits') as never;

/** How long a transport may be late to end by itself, which tells more than the guard can. */
const GRACE_MS = 100;

/** Marks a transport as one that obeys `timeoutMs` and `signal` for certain, and so needs no guard. */
export function keepingLimits(transport: HttpTransport): HttpTransport {
  return Object.defineProperty(transport, KEEPS_LIMITS, { value: true });
}

/**
 * Makes sure that an attempt ends in time whatever its transport does. Those of this package end by themselves and are
 * returned as they are, so that they pay nothing for it.
 *
 * @param transport - any transport.
 * @param timing - the clock, and the timer that watches over it.
 */
export function guardTransport(transport: HttpTransport, timing: Timekeeping): HttpTransport {
  if (KEEPS_LIMITS in transport) return transport;
  const { clock, timer, closed } = timing;
  return {
    send(request) {
      const { url, signal, timeoutMs } = request;
      let settle = (): void => undefined;
      const ended = new Promise<never>((_resolve, reject) => {
        const timeout = timer.schedule(clock.monotonicNow() + timeoutMs + GRACE_MS, () => {
          const progress = { url, stage: 'sent' } as const;
          reject(closed?.() === true ? transportClosed(progress) : attemptTimeout(timeoutMs, progress));
        });
        const onAbort = (): void => {
          // A transport that obeys its signal settles before this.
          setImmediate(() => {
            reject(aborted(signal, { url, stage: 'sent' }));
          });
        };
        if (signal !== undefined) listenForAbort(signal, onAbort);
        settle = () => {
          timeout.cancel();
          signal?.removeEventListener('abort', onAbort);
        };
      });
      return Promise.race([checked(transport, request), ended]).finally(settle);
    },
    close: () => transport.close(),
  };
}

async function checked(transport: HttpTransport, request: HttpRequest): Promise<HttpResponse> {
  const response: unknown = await transport.send(request);
  if (!isResponse(response)) throw notAResponse();
  return response;
}

function isResponse(value: unknown): value is HttpResponse {
  if (typeof value !== 'object' || value === null) return false;
  const { status, headers, text } = value as Readonly<Record<keyof HttpResponse, unknown>>;
  return Number.isInteger(status) && typeof headers === 'object' && headers !== null && typeof text === 'string';
}

function notAResponse(): TransportError {
  return new TransportError('the transport did not return a response with status, headers and text', {
    code: 'TRANSPORT_FAILED',
    phase: 'body',
    requestSent: 'maybe',
  });
}
