import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Emulator } from '../emulator.ts';
import { EmulatorError, type EmulatorErrorCode } from '../emulator-error.ts';
import { mismatchOf } from '../json-schema.ts';
import { readBody } from '../request-body.ts';
import { foreignnessOf, originOf } from './foreign-request.ts';
import { SCHEMAS, SCRIPTING_ROUTES } from './scripting-routes.ts';
import { routesAt, ScriptingRefusal, type ScriptingRoute } from './scripting-route.ts';

/** The scripting interface over HTTP. */
export interface ScriptingHandler {
  /** Whether a request is for it, judged by the request target. */
  isMeant(url: string | undefined): boolean;
  handle(request: IncomingMessage, response: ServerResponse): void;
}

const PREFIX = '/_emulator';
const JSON_TYPE = /^application\/json(?:\s*;.*)?$/i;

/** What mistakes in the use of the emulator are over HTTP; 412 where something was expected that is not so. */
const STATUSES: Readonly<Record<EmulatorErrorCode, number>> = {
  INVALID_OPTION: 400,
  INVALID_APP_INSTALLATION: 400,
  INVALID_FUNCTION: 400,
  INVALID_DATA: 500,
  AUTHORIZATION_REFUSED: 400,
  UNKNOWN_ACCOUNT: 404,
  UNKNOWN_FUNCTION: 404,
  UNKNOWN_USER: 404,
  UNKNOWN_APP: 404,
  DUPLICATE: 409,
  PORT_IN_USE: 500,
  DATA_IN_USE: 500,
  WAIT_TIMEOUT: 412,
  VERIFICATION_FAILED: 412,
  CLOSED: 410,
};

/** Creates the scripting interface of an emulator: the same that its own methods do, in JSON. */
export function createScriptingHandler(
  emulator: Emulator,
  options: {
    readonly maxRequestBytes: number;
    /** Called after every operation that may have changed something. */
    readonly changed: () => void;
  },
): ScriptingHandler {
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const foreign = foreignnessOf(originOf(request));
    if (foreign !== undefined) throw new ScriptingRefusal(403, 'FOREIGN_REQUEST', foreign);
    const [, target = '', search = ''] = /^\/_emulator([^?]*)\??(.*)$/s.exec(request.url ?? '') ?? [];
    const { route, path } = routeOf(request.method ?? '', target);
    const query = checkedQuery(route, new URLSearchParams(search));
    const body = await bodyOf(request, route, options.maxRequestBytes);
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
    });
    const answer = await route.handle({ path, query, body, signal: gone.signal }, emulator);
    if (route.method !== 'GET') options.changed();
    write(response, route.status, route.answer === undefined ? undefined : answer);
  };
  return {
    isMeant: (url) => url !== undefined && /^\/_emulator(?:[/?]|$)/.test(url),
    handle: (request, response) => {
      respond(request, response).catch((error: unknown) => {
        refuse(response, error);
      });
    },
  };
}

function routeOf(
  method: string,
  path: string,
): { readonly route: ScriptingRoute; readonly path: Readonly<Record<string, string>> } {
  const found = routesAt(SCRIPTING_ROUTES, path);
  if (found.length === 0) {
    throw new ScriptingRefusal(
      404,
      'UNKNOWN_PATH',
      `There is nothing here; ${PREFIX}/openapi.json lists what there is.`,
    );
  }
  const match = found.find(({ route }) => route.method === method);
  if (match !== undefined) return match;
  const allow = found.map(({ route }) => route.method).join(', ');
  throw new ScriptingRefusal(405, 'UNKNOWN_METHOD', `${allow} only.`, { allow });
}

/** Query values are text; those that are described as numbers are checked as such. */
function checkedQuery(route: ScriptingRoute, parameters: URLSearchParams): Readonly<Record<string, string>> {
  const schemas = route.query ?? {};
  const query: Record<string, string> = {};
  for (const [name, value] of parameters) {
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    if (schema === undefined || Object.hasOwn(query, name)) {
      const reason = schema === undefined ? 'is not known' : 'is there more than once';
      throw new ScriptingRefusal(400, 'INVALID_REQUEST', `The parameter "${printable(name)}" ${reason}.`);
    }
    const meant = schema.type === 'integer' && /^\d{1,15}$/.test(value) ? Number(value) : value;
    const mismatch = mismatchOf(schema, meant, SCHEMAS, `The parameter "${name}"`);
    if (mismatch !== undefined) throw new ScriptingRefusal(400, 'INVALID_REQUEST', mismatch);
    query[name] = value;
  }
  return query;
}

async function bodyOf(request: IncomingMessage, route: ScriptingRoute, maximumBytes: number): Promise<unknown> {
  const contentType = request.headers['content-type'];
  // A form of any web page can post without asking, but not as JSON.
  if (contentType !== undefined && !JSON_TYPE.test(contentType)) {
    throw new ScriptingRefusal(415, 'NOT_JSON', 'The content type must be application/json.');
  }
  const read = await readBody(request, maximumBytes);
  if ('failure' in read) {
    throw new ScriptingRefusal(413, 'TOO_LARGE', `The body has more than ${String(maximumBytes)} bytes.`);
  }
  if (read.text === '') {
    if (route.body?.required === true) throw new ScriptingRefusal(400, 'INVALID_REQUEST', 'The body is missing.');
    return {};
  }
  if (contentType === undefined) {
    throw new ScriptingRefusal(415, 'NOT_JSON', 'The content type must be application/json.');
  }
  let body: unknown;
  try {
    body = JSON.parse(read.text);
  } catch {
    throw new ScriptingRefusal(400, 'INVALID_REQUEST', 'The body is not JSON.');
  }
  if (route.body === undefined) throw new ScriptingRefusal(400, 'INVALID_REQUEST', 'There must be no body.');
  if (route.body.checkedByHandler === true) return body;
  const mismatch = mismatchOf(route.body.schema, body, SCHEMAS, 'The body');
  if (mismatch !== undefined) throw new ScriptingRefusal(400, 'INVALID_REQUEST', mismatch);
  return body;
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  if (error instanceof ScriptingRefusal) {
    write(response, error.status, errorBody(error.code, error.message), error.headers);
    return;
  }
  if (error instanceof EmulatorError) {
    write(response, STATUSES[error.code], errorBody(error.code, error.message));
    return;
  }
  // A mistake of ours, or a full disk. It must be seen, and it must not end the emulator.
  const message = error instanceof Error ? error.message : String(error);
  write(response, 500, errorBody('INTERNAL', message.split('\n', 1)[0] ?? ''));
}

function errorBody(code: string, message: string): object {
  return { error: { code, message } };
}

function write(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const common = { ...headers, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
  if (body === undefined) {
    response.writeHead(status, common).end();
    return;
  }
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    ...common,
    'content-type': 'application/json',
    'content-length': String(bytes.length),
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  });
  response.end(bytes);
}

function printable(name: string): string {
  return name.replaceAll(/[^\w.-]/g, '?').slice(0, 50);
}
