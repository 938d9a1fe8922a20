import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isTransportError, type TransportError } from '@lp-functions/errors';
import type { Got, TimeoutError } from 'got';
import { connectionRules } from './connection-options.ts';
import type { HttpRequest, HttpResponse, HttpTransport } from './http-transport.ts';
import { localhostLookup } from './localhost-lookup.ts';
import { checkOptions } from './option-check.ts';
import { responseText } from './response-text.ts';
import {
  aborted,
  attemptTimeout,
  describeFailure,
  type ExchangeProgress,
  libraryMissing,
  responseTooLarge,
  transportClosed,
} from './transport-failure.ts';
import { keepingLimits } from './transport-guard.ts';

/** Options of {@link createGotTransport}. */
export interface GotTransportOptions {
  /** Connections per origin; further requests wait for a free one. Default 16. */
  readonly maxConnections?: number | undefined;
  /** Certificates (PEM) to trust instead of Node's own. */
  readonly ca?: string | readonly string[] | undefined;
}

const DEFAULT_MAX_CONNECTIONS = 16;
/** A longer timer would end at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * A transport on got: the one for the Domain API and Sentinel, a few calls per hour. got is imported with the first
 * request; its own retries, redirects and errors for statuses are off.
 *
 * @param options - connection limits and trust.
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function createGotTransport(options: GotTransportOptions = {}): HttpTransport {
  checkOptions(options, connectionRules, 'createGotTransport');
  const connections = { keepAlive: true, maxSockets: options.maxConnections ?? DEFAULT_MAX_CONNECTIONS };
  // Node's agents hand `lookup` on to net.connect.
  const agent = {
    http: new HttpAgent({ ...connections, lookup: localhostLookup }),
    https: new HttpsAgent({
      ...connections,
      lookup: localhostLookup,
      ...(options.ca === undefined ? {} : { ca: typeof options.ca === 'string' ? options.ca : [...options.ca] }),
    }),
  };
  /** Ends each exchange under way: destroying an agent would hand its queue to new connections. */
  const underWay = new Set<() => void>();
  let opening: Promise<Got> | undefined;
  let closed = false;

  async function open(): Promise<Got> {
    try {
      const { got } = await import('got');
      return got.extend({
        agent,
        retry: { limit: 0 },
        followRedirect: false,
        throwHttpErrors: false,
        decompress: false,
        responseType: 'buffer',
        headers: { 'user-agent': undefined, 'accept-encoding': undefined },
      });
    } catch (error) {
      opening = undefined;
      throw libraryMissing(error, 'got');
    }
  }

  function refuseIfClosed(): void {
    if (closed) throw transportClosed();
  }

  return keepingLimits({
    async send(request) {
      refuseIfClosed();
      const got = await (opening ??= open());
      refuseIfClosed();
      return exchange(got, request, underWay);
    },
    close() {
      closed = true;
      for (const end of underWay) end();
      agent.http.destroy();
      agent.https.destroy();
      return Promise.resolve();
    },
  });
}

async function exchange(got: Got, request: HttpRequest, underWay: Set<() => void>): Promise<HttpResponse> {
  const { url, signal, maxResponseBytes, timeoutMs } = request;
  if (signal?.aborted === true) throw aborted(signal);
  let stage: ExchangeProgress['stage'] = 'opening';
  const ending = new AbortController();
  let ended: TransportError | undefined;
  const end = (error: TransportError): void => {
    ended ??= error;
    ending.abort();
  };
  const onAbort = (): void => {
    end(aborted(signal, { url, stage }));
  };
  const onClose = (): void => {
    end(transportClosed({ url, stage }));
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  underWay.add(onClose);
  try {
    const answer = got(url, {
      method: request.method as 'GET',
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      timeout: { request: Math.min(timeoutMs, LONGEST_TIMER_MS) },
      signal: ending.signal,
    });
    // `request` comes before the socket is there, so the stage moves on with the connection.
    void answer.on('request', (sent) => {
      sent.once('socket', (socket) => {
        const ready = url.startsWith('https:') ? 'secureConnect' : 'connect';
        if (socket.connecting) {
          socket.once(ready, () => {
            stage = 'sent';
          });
        } else stage = 'sent';
      });
    });
    void answer.on('downloadProgress', (progress) => {
      if (progress.transferred > maxResponseBytes) end(responseTooLarge(maxResponseBytes, url));
    });
    void answer.on('response', () => {
      stage = 'answering';
    });
    const { statusCode: status, headers, rawBody } = await answer;
    if (rawBody.length > maxResponseBytes) throw responseTooLarge(maxResponseBytes, url);
    const text = responseText([Buffer.from(rawBody)], headers, request);
    if (typeof text !== 'string') throw text;
    return { status, headers, text };
  } catch (error) {
    if (ended !== undefined) throw ended;
    if (isTransportError(error)) throw error;
    if ((error as TimeoutError).name === 'TimeoutError') throw attemptTimeout(timeoutMs, { url, stage });
    throw describeFailure(error, { url, stage });
  } finally {
    signal?.removeEventListener('abort', onAbort);
    underWay.delete(onClose);
  }
}
