import type { Socket } from 'node:net';
import type { TransportError } from '@lp-functions/errors';
import type { Agent, buildConnector, Dispatcher } from 'undici';
import { listenForAbort } from './abort-listener.ts';
import { type CoarseTimer, createCoarseTimer } from './coarse-timer.ts';
import {
  type ConnectionOptions,
  connectionRules,
  DEFAULT_MAX_CONNECTION_AGE_MS,
  tlsSettings,
} from './connection-options.ts';
import type { HttpRequest, HttpResponse, HttpTransport } from './http-transport.ts';
import { localhostLookup } from './localhost-lookup.ts';
import { checkOptions } from './option-check.ts';
import { proxyFor, proxyHost } from './proxy-settings.ts';
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
import { agingPools } from './undici-pools.ts';

/** Options of {@link createUndiciTransport}. `maxConnections` defaults to 256. */
export type UndiciTransportOptions = ConnectionOptions;

/** undici's connector; its types do not say that it returns the socket. */
type SocketConnector = (...asked: Parameters<ReturnType<typeof buildConnector>>) => Socket;

/** The connections of one transport. */
interface Connections {
  readonly agent: Agent;
  /** Connections through a proxy, made with the first request that needs it. */
  agentThrough(proxy: string): Dispatcher;
  readonly timer: CoarseTimer;
  destroy(): Promise<void>;
  closed: boolean;
  /** True if an answer has ended since the event loop turned; at worst since the last request. */
  resting: boolean;
}

const DEFAULT_MAX_CONNECTIONS = 256;

/**
 * A transport on undici: the one for invocations, at about a fifth of the CPU that got takes for a request. undici is
 * imported with the first request.
 *
 * @param options - connection limits and trust.
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function createUndiciTransport(options: UndiciTransportOptions = {}): HttpTransport {
  checkOptions(options, connectionRules, 'createUndiciTransport');
  let connections: Connections | undefined;
  let opening: Promise<Connections> | undefined;
  let closed = false;

  async function open(): Promise<Connections> {
    try {
      const undici = await import('undici');
      if (typeof undici.Agent.prototype.dispatch !== 'function') {
        throw new Error('the runtime has put a module of its own in its place: createGotTransport works there');
      }
      const connecting = new Set<Socket>();
      const { maxConnections = DEFAULT_MAX_CONNECTIONS, maxConnectionAgeMs } = options;
      const tls = tlsSettings(options);
      const connect = undici.buildConnector({ lookup: localhostLookup, ...tls }) as SocketConnector;
      // Both timeouts run on the attempt's own, which covers the whole exchange.
      const settings = {
        connections: maxConnections,
        factory: agingPools(undici, maxConnectionAgeMs ?? DEFAULT_MAX_CONNECTION_AGE_MS),
        headersTimeout: 0,
        bodyTimeout: 0,
      };
      const through = new Map<string, Dispatcher>();
      const agent = new undici.Agent({
        ...settings,
        connect: (target, callback) => {
          const socket = connect(target, callback);
          const settled = (): void => void connecting.delete(socket);
          connecting.add(socket);
          socket.once(target.protocol === 'https:' ? 'secureConnect' : 'connect', settled).once('close', settled);
        },
      });
      connections = {
        agent,
        agentThrough(proxy) {
          const known = through.get(proxy);
          if (known !== undefined) return known;
          const proxied = new undici.ProxyAgent({ ...settings, uri: proxy, requestTls: tls });
          through.set(proxy, proxied);
          return proxied;
        },
        timer: createCoarseTimer(() => performance.now()),
        async destroy() {
          // undici lets go of sockets that are not connected yet, and they would keep the process alive.
          for (const socket of connecting) socket.destroy();
          await Promise.all([agent, ...through.values()].map((one) => one.destroy()));
        },
        closed,
        resting: false,
      };
      return connections;
    } catch (error) {
      opening = undefined;
      throw libraryMissing(error, 'undici');
    }
  }

  return keepingLimits({
    async send(request) {
      if (closed) throw transportClosed();
      return exchange(connections ?? (await (opening ??= open())), request, proxyFor(request.url, options.proxy));
    },
    async close() {
      closed = true;
      const open = connections ?? (await opening?.catch(() => undefined));
      if (open === undefined) return;
      open.closed = true;
      await open.destroy();
    },
  });
}

/**
 * One request on undici's dispatcher. Its handler, unlike `request()`, tells when a request is about to be written, and
 * costs neither a stream nor an AbortController.
 */
function exchange(connections: Connections, request: HttpRequest, proxy: string | undefined): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const { url, signal, maxResponseBytes } = request;
    let stage: ExchangeProgress['stage'] = 'opening';
    let controller: Dispatcher.DispatchController | undefined;
    let over = false;
    let status = 0;
    let statusText: string | undefined;
    let headers: HttpResponse['headers'] = {};
    let received = 0;
    const chunks: Buffer[] = [];

    const timeout = connections.timer.schedule(performance.now() + request.timeoutMs, () => {
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
      listenForAbort(signal, onAbort);
    }

    // undici gives a connection that has answered one turn of the event loop before it uses it again, so that it sees one
    // that the server is closing. A request made meanwhile would open another one: twice as many connections as calls.
    if (connections.resting) {
      setImmediate(() => {
        connections.resting = false;
        dispatch();
      });
    } else dispatch();

    function dispatch(): void {
      if (over) return;
      const pathStart = url.indexOf('/', url.indexOf('//') + 2);
      try {
        (proxy === undefined ? connections.agent : connections.agentThrough(proxy)).dispatch(
          {
            origin: pathStart < 0 ? url : url.slice(0, pathStart),
            path: pathStart < 0 ? '/' : url.slice(pathStart),
            method: request.method,
            headers: request.headers,
            body: request.body ?? null,
          },
          {
            onRequestStart(started) {
              // Ended while it waited for a connection. Thrown, not aborted: that would cost the others the connection.
              if (over) throw new Error('the request was ended before it was sent');
              controller = started;
              stage = 'sent';
            },
            onResponseStart(_controller, statusCode, responseHeaders, statusMessage) {
              if (statusCode < 200) return;
              stage = 'answering';
              status = statusCode;
              statusText = statusMessage;
              headers = responseHeaders;
            },
            onResponseData(_controller, chunk) {
              received += chunk.length;
              if (received > maxResponseBytes) fail(responseTooLarge(maxResponseBytes, url));
              else chunks.push(chunk);
            },
            onResponseEnd() {
              connections.resting = true;
              if (over) return;
              settle();
              const text = responseText(chunks, headers, request);
              if (typeof text === 'string') resolve({ status, statusText, headers, text });
              else reject(text);
            },
            onResponseError(_controller, error) {
              if (over) return;
              settle();
              const progress = { url, stage, proxy: proxy === undefined ? undefined : proxyHost(proxy) };
              reject(connections.closed ? transportClosed(progress) : describeFailure(error, progress));
            },
          },
        );
      } catch (error) {
        fail(connections.closed ? transportClosed({ url, stage }) : describeFailure(error, { url, stage }));
      }
    }
  });
}
