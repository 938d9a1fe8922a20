import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ClientEvent, Logger } from '@lp-functions/client';
import { isFaaSError } from '@lp-functions/client';
import { pino, type DestinationStream, type Logger as Log } from 'pino';
import { type HttpLogger, pinoHttp } from 'pino-http';

/** Requests that say nothing about anybody's use. */
const NOT_LOGGED = /^\/(?:health|ready|public\/)/;

/**
 * Makes the log: one JSON object a line.
 *
 * @param level - the least that is written.
 * @param stream - default: standard output.
 */
export function createLog(level: string, stream?: DestinationStream): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: describeError } };
  return pino(options, stream ?? pino.destination({ fd: 1, sync: true }));
}

/**
 * Logs every request when it is answered. Its id is sent to the browser, and on to LivePerson's gateway with the calls that
 * are made for it. Of addresses the path alone is logged: the query of a callback holds the code.
 */
export function requestLog(log: Log): HttpLogger {
  return pinoHttp({
    logger: log,
    quietReqLogger: true,
    customAttributeKeys: { reqId: 'requestId', responseTime: 'durationMs' },
    genReqId: (_request, response) => {
      const id = randomUUID();
      response.setHeader('X-Request-ID', id);
      return id;
    },
    autoLogging: { ignore: ({ url = '' }) => NOT_LOGGED.test(url) },
    customLogLevel: (_request, { statusCode }, error) => (error !== undefined || statusCode >= 500 ? 'error' : 'info'),
    customSuccessMessage: () => 'request',
    customErrorMessage: () => 'request',
    wrapSerializers: false,
    serializers: {
      req: (request: IncomingMessage) => ({ method: request.method, path: pathOf(request) }),
      res: ({ statusCode }: { readonly statusCode: number }) => ({ status: statusCode }),
      err: describeError,
    },
  });
}

/** The id under which a request is logged. */
export function requestIdOf({ id }: Pick<IncomingMessage, 'id'>): string {
  return typeof id === 'string' ? id : '';
}

/** What the packages say, in the log. */
export function packageLogger(log: Log): Logger {
  return {
    debug: (message, fields) => log.debug(fields, message),
    info: (message, fields) => log.info(fields, message),
    warn: (message, fields) => log.warn(fields, message),
    error: (message, fields) => log.error(fields, message),
  };
}

/** What happens to tokens and hosts, in the log. Attempts are there already, as lines of the packages' own. */
export function logEvents(log: Log): (event: ClientEvent) => void {
  return (event) => {
    if (event.type !== 'attempt') log.info({ event }, event.type);
  };
}

/** Errors of libraries carry what they were given, a form's body for example: of those, only name, message and place. */
function describeError(error: unknown): object {
  if (isFaaSError(error)) return error.toJSON();
  const { name, message, stack, code, type } = error as Readonly<Record<string, unknown>>;
  return { name, message, code, type, stack };
}

function pathOf(request: IncomingMessage & { readonly originalUrl?: string }): string {
  return (request.originalUrl ?? request.url ?? '').split('?', 1)[0] ?? '';
}
