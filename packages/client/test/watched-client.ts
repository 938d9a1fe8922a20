import {
  type ClientEvent,
  createFunctionsClient,
  type FunctionsClient,
  type FunctionsClientOptions,
} from '../src/index.ts';
import { observe } from './leak-scan.ts';

/** One line of a log. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: unknown;
}

/** A client under observation: whatever it throws, logs or reports is searched for secrets when the test is over. */
export interface WatchedClient extends FunctionsClient {
  readonly events: readonly ClientEvent[];
  readonly lines: readonly LogLine[];
  withAuth(...parameters: Parameters<FunctionsClient['withAuth']>): WatchedClient;
}

/** Makes a client through the public index, and watches it. Its own `logger` and `onEvent` are called, too. */
export function watchedClient(options: FunctionsClientOptions): WatchedClient {
  const events: ClientEvent[] = [];
  const lines: LogLine[] = [];
  const write =
    (level: LogLine['level']) =>
    (message: string, fields?: Readonly<Record<string, unknown>>): unknown => {
      lines.push({ level, message, fields });
      observe({ level, message, fields });
      // An async logger's promise has to reach the library, which has to look after it.
      return options.logger?.[level](message, fields);
    };
  const client = createFunctionsClient({
    ...options,
    logger: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    onEvent(event) {
      events.push(event);
      observe(event);
      return options.onEvent?.(event);
    },
  });
  return watch(client, events, lines);
}

function watch(client: FunctionsClient, events: readonly ClientEvent[], lines: readonly LogLine[]): WatchedClient {
  const { invokeByUuid, invokeByEvent, isImplemented, getLambdas, discovery } = client;
  return {
    ...client,
    invokeByUuid: watchRejection(invokeByUuid as Loose) as FunctionsClient['invokeByUuid'],
    invokeByEvent: watchRejection(invokeByEvent as Loose) as FunctionsClient['invokeByEvent'],
    isImplemented: watchRejection(isImplemented),
    getLambdas: watchRejection(getLambdas),
    discovery: {
      ...discovery,
      resolve: watchRejection(discovery.resolve),
      list: watchRejection(discovery.list),
    },
    withAuth: (auth) => watch(client.withAuth(auth), events, lines),
    events,
    lines,
  };
}

type Loose = (...parameters: readonly never[]) => Promise<unknown>;

function watchRejection<P extends readonly unknown[], R>(
  method: (...parameters: P) => Promise<R>,
): (...parameters: P) => Promise<R> {
  return async (...parameters) => {
    try {
      return await method(...parameters);
    } catch (error) {
      observe(error);
      throw error;
    }
  };
}
