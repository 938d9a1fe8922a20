import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { TransportError } from '@lp-functions/errors';
import type { Got, Response, TimeoutError } from 'got';
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

/** Options of {@link createGotTransport}. */
export interface GotTransportOptions {
  /** Connections per origin; further requests wait for a free one. Default 16. */
  readonly maxConnections?: number | undefined;
  /** Certificates (PEM) to trust instead of Node's own. */
  readonly ca?: string | readonly string[] | undefined;
}

const DEFAULT_MAX_CONNECTIONS = 16;

/**
 * A transport on got: the one for the Domain API and Sentinel, a few calls per hour. got is imported with the first
 * request; its own retries, redirects and errors for statuses are off.
 *
 * @param options - connection limits and trust.
 */
export function createGotTransport(options: GotTransportOptions = {}): HttpTransport {
  const connections = { keepAlive: true, maxSockets: options.maxConnections ?? DEFAULT_MAX_CONNECTIONS };
  // Node's agents hand `lookup` on to net.connect.
  const agent = {
    http: new HttpAgent({ ...connections, lookup: localhostLookup } as ConstructorParameters<typeof HttpAgent>[0]),
    https: new HttpsAgent({
      ...connections,
      lookup: localhostLookup,
      ...(options.ca === undefined ? {} : { ca: typeof options.ca === 'string' ? options.ca : [...options.ca] }),
    } as ConstructorParameters<typeof HttpsAgent>[0]),
  };
  let opening: Promise<Got> | undefined;
  let closed = false;

  async function open(): Promise<Got> {
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
  }

  return {
    async send(request) {
      if (closed) throw transportClosed();
      return exchange(await (opening ??= open()), request);
    },
    close() {
      closed = true;
      agent.http.destroy();
      agent.https.destroy();
      return Promise.resolve();
    },
  };
}

async function exchange(got: Got, request: HttpRequest): Promise<HttpResponse> {
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
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const answer = got(url, {
      method: request.method as 'GET',
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      timeout: { request: timeoutMs },
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
    return readAnswer(await answer, request);
  } catch (error) {
    if (ended !== undefined) throw ended;
    if ((error as TimeoutError).name === 'TimeoutError') throw attemptTimeout(timeoutMs, { url, stage });
    if (error instanceof BodyTooLargeError) throw responseTooLarge(maxResponseBytes, url);
    throw describeFailure(error, { url, stage });
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

function readAnswer(answer: Response<Buffer | string>, { maxResponseBytes }: HttpRequest): HttpResponse {
  const bytes = Buffer.isBuffer(answer.rawBody) ? answer.rawBody : Buffer.from(answer.rawBody);
  if (bytes.length > maxResponseBytes) throw new BodyTooLargeError();
  const { headers } = answer;
  return {
    status: answer.statusCode,
    headers,
    text: decodeBody([bytes], headerValue(headers, 'content-encoding'), maxResponseBytes),
  };
}
