import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent, AgentOptions } from 'node:https';
import type { Socket } from 'node:net';
import { isTransportError, type TransportError } from '@lp-functions/errors';
import type { Got } from 'got';
import { listenForAbort } from './abort-listener.ts';
import { type ConnectionAges, createConnectionAges } from './connection-ages.ts';
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
  upgraded,
} from './transport-failure.ts';
import { keepingLimits } from './transport-guard.ts';

/** Options of {@link createGotTransport}. `maxConnections` defaults to 16. */
export type GotTransportOptions = ConnectionOptions;

/** got with the connections of one transport. */
interface Connections {
  readonly got: Got;
  readonly ages: ConnectionAges;
  /** Connections through a proxy, made with the first request that needs it. */
  agentFor(proxy: string | undefined): { readonly http: HttpAgent; readonly https: HttpsAgent };
  destroy(): void;
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
  /** Ends each exchange under way: destroying an agent alone would hand its queue to new connections. */
  const underWay = new Set<() => void>();
  let connections: Connections | undefined;
  let opening: Promise<Connections> | undefined;
  let closed = false;

  async function open(): Promise<Connections> {
    try {
      connections = await openConnections(options);
      return connections;
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
      const { got, ages, agentFor } = connections ?? (await (opening ??= open()));
      refuseIfClosed();
      const proxy = proxyFor(request.url, options.proxy);
      const path = { ages, agent: agentFor(proxy), proxy: proxy === undefined ? undefined : proxyHost(proxy) };
      return exchange(got, path, request, underWay);
    },
    close() {
      closed = true;
      for (const end of underWay) end();
      connections?.destroy();
      return Promise.resolve();
    },
  });
}

/** node:http and node:https are imported here, too: nobody should wait for them who sends nothing. */
async function openConnections(options: GotTransportOptions): Promise<Connections> {
  const { maxConnections, maxConnectionAgeMs = DEFAULT_MAX_CONNECTION_AGE_MS, proxy } = options;
  const [{ got }, http, https, proxies] = await Promise.all([
    import('got'),
    import('node:http'),
    import('node:https'),
    proxy === undefined ? undefined : import('hpagent'),
  ]);
  const settings: AgentOptions = {
    keepAlive: true,
    maxSockets: maxConnections ?? DEFAULT_MAX_CONNECTIONS,
    // Node's agents hand it on to net.connect.
    lookup: localhostLookup,
    ...tlsSettings(options),
  };
  const ages = createConnectionAges(maxConnectionAgeMs);
  const direct = {
    http: ages.watch(new http.Agent(settings)),
    https: ages.watch(new https.Agent(settings)),
  };
  const through = new Map<string, typeof direct>();
  return {
    ages,
    got: got.extend({
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
      decompress: false,
      responseType: 'buffer',
      headers: { 'user-agent': undefined, 'accept-encoding': undefined },
    }),
    agentFor(url) {
      if (url === undefined || proxies === undefined) return direct;
      const known = through.get(url);
      if (known !== undefined) return known;
      const { lookup: _lookup, ...common } = settings;
      const agent = {
        http: ages.watch(new proxies.HttpProxyAgent({ ...common, proxy: url })),
        https: ages.watch(new proxies.HttpsProxyAgent({ ...common, proxy: url })),
      };
      through.set(url, agent);
      return agent;
    },
    destroy() {
      for (const { http: plain, https: secure } of [direct, ...through.values()]) {
        for (const agent of [plain, secure]) {
          // Some versions of Node open a connection for what was queued, even if that is ended by now.
          agent.on('free', (socket: Socket) => socket.destroy());
          agent.destroy();
        }
      }
    },
  };
}

/** How a request gets to its server. */
interface RequestPath {
  readonly ages: ConnectionAges;
  readonly agent: ReturnType<Connections['agentFor']>;
  readonly proxy: string | undefined;
}

/** One request through got. What got does not notice (an upgrade, a stall) ends on this function's own promise. */
async function exchange(
  got: Got,
  { ages, agent, proxy }: RequestPath,
  request: HttpRequest,
  underWay: Set<() => void>,
): Promise<HttpResponse> {
  const { url, signal, maxResponseBytes, timeoutMs } = request;
  if (signal?.aborted === true) throw aborted(signal);
  let stage: ExchangeProgress['stage'] = 'opening';
  const ending = new AbortController();
  let end: (error: TransportError) => void = () => undefined;
  const ended = new Promise<never>((_resolve, reject) => {
    end = (error) => {
      reject(error);
      ending.abort();
    };
  });
  const onAbort = (): void => {
    end(aborted(signal, { url, stage }));
  };
  const onClose = (): void => {
    end(transportClosed({ url, stage }));
  };
  const onTimeout = (): void => {
    end(attemptTimeout(timeoutMs, { url, stage }));
  };
  const timeout = setTimeout(onTimeout, Math.min(timeoutMs, LONGEST_TIMER_MS));
  if (signal !== undefined) listenForAbort(signal, onAbort);
  underWay.add(onClose);
  try {
    const answer = got(url, {
      agent,
      method: request.method as 'GET',
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      signal: ending.signal,
    });
    // `request` comes before the socket is there, so the stage moves on with the connection.
    void answer.on('request', (sent) => {
      sent.once('socket', (socket) => {
        ages.begin(socket, url.startsWith('https:') ? agent.https : agent.http);
        const ready = url.startsWith('https:') ? 'secureConnect' : 'connect';
        if (socket.connecting || (socket as { secureConnecting?: boolean }).secureConnecting === true) {
          socket.once(ready, () => {
            stage = 'sent';
          });
        } else stage = 'sent';
      });
      // Not got's own `response`, which waits for the whole body.
      sent.once('response', () => {
        stage = 'answering';
      });
      sent.once('upgrade', (_response, socket) => {
        socket.destroy();
        end(upgraded(url));
      });
    });
    void answer.on('downloadProgress', (progress) => {
      if (progress.transferred > maxResponseBytes) end(responseTooLarge(maxResponseBytes, url));
    });
    const { statusCode: status, statusMessage: statusText, headers, rawBody } = await Promise.race([answer, ended]);
    if (rawBody.length > maxResponseBytes) throw responseTooLarge(maxResponseBytes, url);
    const text = responseText([Buffer.from(rawBody)], headers, request);
    if (typeof text !== 'string') throw text;
    return { status, statusText, headers, text };
  } catch (error) {
    throw isTransportError(error) ? error : describeFailure(error, { url, stage, proxy });
  } finally {
    clearTimeout(timeout);
    signal?.removeEventListener('abort', onAbort);
    underWay.delete(onClose);
  }
}
