import type { TransportError } from '@lp-functions/errors';
import type { Agent, Dispatcher } from 'undici';
import { type CoarseTimer, createCoarseTimer } from './coarse-timer.ts';
import { BodyTooLargeError, decodeBody } from './content-decoding.ts';
import { headerValue, type HttpRequest, type HttpResponse, type HttpTransport } from './http-transport.ts';
import { localhostLookup } from './localhost-lookup.ts';
import {
  aborted,
  attemptTimeout,
  describeFailure,
  type ExchangeProgress,
  responseTooLarge,
  transportClosed,
} from './transport-failure.ts';

/** Options of {@link createUndiciTransport}. */
export interface UndiciTransportOptions {
  /** Connections per origin; further requests wait for a free one. Default 256. */
  readonly maxConnections?: number | undefined;
  /** Certificates (PEM) to trust instead of Node's own. */
  readonly ca?: string | readonly string[] | undefined;
}

const DEFAULT_MAX_CONNECTIONS = 256;

/**
 * A transport on undici: the one for invocations, at about a fifth of the CPU that got takes for a request. undici is
 * imported with the first request.
 *
 * @param options - connection limits and trust.
 */
export function createUndiciTransport(options: UndiciTransportOptions = {}): HttpTransport {
  const timer = createCoarseTimer(() => performance.now());
  let agent: Agent | undefined;
  let opening: Promise<Agent> | undefined;
  let closed = false;

  async function open(): Promise<Agent> {
    const undici = await import('undici');
    agent = new undici.Agent({
      connections: options.maxConnections ?? DEFAULT_MAX_CONNECTIONS,
      // Both run on the attempt's own timeout, which covers the whole exchange.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: {
        lookup: localhostLookup,
        ...(options.ca === undefined ? {} : { ca: typeof options.ca === 'string' ? options.ca : [...options.ca] }),
      },
    });
    return agent;
  }

  return {
    async send(request) {
      if (closed) throw transportClosed();
      return exchange(agent ?? (await (opening ??= open())), request, timer);
    },
    async close() {
      closed = true;
      await (agent ?? (await opening))?.destroy();
    },
  };
}

/**
 * One request on undici's dispatcher. Its handler, unlike `request()`, tells when a request is about to be written, and
 * costs neither a stream nor an AbortController.
 */
function exchange(agent: Agent, request: HttpRequest, timer: CoarseTimer): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const { url, signal, maxResponseBytes } = request;
    let stage: ExchangeProgress['stage'] = 'opening';
    let controller: Dispatcher.DispatchController | undefined;
    let over = false;
    let status = 0;
    let headers: HttpResponse['headers'] = {};
    let received = 0;
    const chunks: Buffer[] = [];

    const timeout = timer.schedule(performance.now() + request.timeoutMs, () => {
      fail(attemptTimeout(request.timeoutMs, { url, stage }));
    });
    const onAbort = (): void => {
      fail(aborted(signal, { url, stage }));
    };

    function settle(): void {
      over = true;
      timeout.cancel();
      signal?.removeEventListener('abort', onAbort);
    }

    function fail(error: TransportError): void {
      if (over) return;
      settle();
      controller?.abort(error);
      reject(error);
    }

    if (signal !== undefined) {
      if (signal.aborted) {
        onAbort();
        return;
      }
      signal.addEventListener('abort', onAbort, { once: true });
    }

    const pathStart = url.indexOf('/', url.indexOf('//') + 2);
    try {
      agent.dispatch(
        {
          origin: url.slice(0, pathStart),
          path: url.slice(pathStart),
          method: request.method,
          headers: request.headers,
          body: request.body ?? null,
        },
        {
          onRequestStart(started) {
            controller = started;
            // Ended while it waited for a connection: nothing is written.
            if (over) started.abort(new Error('the request was ended before it was sent'));
            else stage = 'sent';
          },
          onResponseStart(_controller, statusCode, responseHeaders) {
            if (statusCode < 200) return;
            stage = 'answering';
            status = statusCode;
            headers = responseHeaders;
          },
          onResponseData(_controller, chunk) {
            received += chunk.length;
            if (received > maxResponseBytes) fail(responseTooLarge(maxResponseBytes, url));
            else chunks.push(chunk);
          },
          onResponseEnd() {
            if (over) return;
            settle();
            try {
              const text = decodeBody(chunks, headerValue(headers, 'content-encoding'), maxResponseBytes);
              resolve({ status, headers, text });
            } catch (error) {
              reject(
                error instanceof BodyTooLargeError
                  ? responseTooLarge(maxResponseBytes, url)
                  : describeFailure(undecodable(error), { url, stage }),
              );
            }
          },
          onResponseError(_controller, error) {
            if (over) return;
            settle();
            reject(describeFailure(error, { url, stage }));
          },
        },
      );
    } catch (error) {
      fail(describeFailure(error, { url, stage }));
    }
  });
}

function undecodable(error: unknown): Error {
  return Object.assign(new Error(`the body could not be decoded: ${String(error)}`), { code: 'HPE_BODY' });
}
