import type { RequestView } from './emulator-views.ts';
import { maskedPlacesIn, type MaskedPlaces } from './masked-places.ts';
import { createTypeScriptWriter, quoted, type Placed, type TypeScriptWriter } from './typescript-text.ts';

/**
 * Writes a recorded request as TypeScript: as the call of `@lp-functions/client` that makes it, or with `fetch` where the client has none, because a
 * browser makes it, or because it is malformed.
 *
 * @param origin - where the emulator listens
 */
export function typeScriptOf(request: RequestView, origin: string): string {
  const places = maskedPlacesIn(request);
  const writer = createTypeScriptWriter(places);
  const call = callOf(request, writer);
  return call === undefined
    ? fetchOf(request, origin, places, writer)
    : clientOf(request.accountId ?? '', origin, call, writer.declarations());
}

function callOf(request: RequestView, writer: TypeScriptWriter): readonly string[] | undefined {
  const { operation, query, uuid = '', eventId = '', method, accountId } = request;
  if (accountId === undefined) return undefined;
  switch (operation) {
    case 'invokeByUuid':
    case 'invokeByEvent': {
      const invocation = invocationIn(request, writer);
      if (invocation === undefined || method !== 'POST') return undefined;
      const byUuid = operation === 'invokeByUuid';
      const [field, target] = byUuid ? ['result', uuid] : ['results', eventId];
      const parameters = [quoted(target), ...invocation].join(', ');
      return [`const { ${field} } = await functions.${operation}(${parameters});`, `console.log(${field});`];
    }
    case 'isImplemented': {
      const asked = { eventId: { value: eventId, path: ['path'] }, skillId: given(query, 'skillId') };
      return [`console.log(await functions.isImplemented(${writer.object(asked) ?? ''}));`];
    }
    case 'listLambdas':
    case 'listFunctions': {
      const { state } = query;
      const filter = writer.object({
        name: given(query, 'name', 'functionName'),
        eventId: given(query, 'eventId'),
        state: typeof state === 'object' ? { value: state, path: ['query', 'state'] } : given(query, 'state'),
        userId: given(query, 'userId'),
      });
      return [`console.log(await functions.getLambdas(${filter ?? ''}));`];
    }
    case 'listDomains':
      return ['console.log(await functions.discovery.list());'];
    case 'resolveDomain': {
      const service = /\/service\/([^/]+)\/baseURI\.json$/.exec(request.path)?.[1] ?? '';
      return [`console.log(await functions.discovery.resolve(${quoted(decodeURIComponent(service))}));`];
    }
    case 'appToken':
      return [
        "const url = await functions.discovery.resolve('faasGW');",
        "console.log(Object.keys(await functions.authorizer.authorize({ url, method: 'POST' }))); // the headers with a token",
      ];
    default:
      return undefined;
  }
}

/** Payload and options of the call that makes an invocation; undefined if it is none that the client makes. */
function invocationIn(
  { body, query, headers }: RequestView,
  writer: TypeScriptWriter,
): readonly [string] | readonly [string, string] | undefined {
  let sent: unknown;
  try {
    sent = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) return undefined;
  const { payload, headers: entries } = sent as { readonly payload?: unknown; readonly headers?: unknown };
  if (entries !== undefined && !isHeaderList(entries)) return undefined;
  const source = headers['lp-eventsource'];
  const options = writer.object({
    headers: entries === undefined || entries.length === 0 ? undefined : { value: entries, path: ['body', 'headers'] },
    eventSource:
      source === undefined || source === ''
        ? given(query, 'externalSystem')
        : { value: source, path: ['headers', 'lp-eventsource'] },
    skillId: given(query, 'skillId'),
    userId: given(query, 'userId'),
  });
  const written = writer.value(payload ?? {}, ['body', 'payload']);
  return options === undefined ? [written] : [written, options];
}

function clientOf(accountId: string, origin: string, call: readonly string[], declarations: readonly string[]): string {
  return [
    "import { clientCredentials, createFunctionsClient } from '@lp-functions/client';",
    '',
    ...declarations,
    'const functions = createFunctionsClient({',
    `  accountId: ${quoted(accountId)},`,
    `  discoveryUrl: ${quoted(origin)},`,
    '  auth: clientCredentials({',
    "    clientId: process.env['LPFN_CLIENT_ID'] ?? '',",
    "    clientSecret: process.env['LPFN_CLIENT_SECRET'] ?? '',",
    '  }),',
    '});',
    ...call,
    'await functions.close();',
    '',
  ].join('\n');
}

/** Headers that fetch makes by itself or refuses to take. */
const LEFT_OUT = /^(?:host|connection|keep-alive|content-length|transfer-encoding|accept-encoding|expect|sec-.*)$/;

function fetchOf(
  { method, body }: RequestView,
  origin: string,
  places: MaskedPlaces,
  writer: TypeScriptWriter,
): string {
  const sent = Object.entries(places.headers).filter(([name]) => !LEFT_OUT.test(name));
  const lines = [
    `const response = await fetch(${writer.raw([origin, ...places.url])}, {`,
    `  method: ${quoted(method)},`,
    "  redirect: 'manual',",
    ...(sent.length === 0
      ? []
      : ['  headers: {', ...sent.map(([name, value]) => `    ${quoted(name)}: ${writer.raw(value)},`), '  },']),
    ...(body === '' || method === 'GET' || method === 'HEAD' ? [] : [`  body: ${writer.raw(places.body)},`]),
    '});',
    'console.log(response.status, await response.text());',
    '',
  ];
  return [...writer.declarations(), ...lines].join('\n');
}

/** The first of some query parameters, unless it is empty. */
function given(query: RequestView['query'], ...names: readonly string[]): Placed | undefined {
  const name = names.find((each) => query[each] !== undefined) ?? '';
  const value = query[name];
  return typeof value === 'string' && value !== '' ? { value, path: ['query', name] } : undefined;
}

function isHeaderList(value: unknown): value is readonly { readonly key: string; readonly value: string }[] {
  return (
    Array.isArray(value) &&
    value.every((entry: unknown) => {
      const { key, value: content } = (entry ?? {}) as { readonly key?: unknown; readonly value?: unknown };
      return typeof key === 'string' && typeof content === 'string';
    })
  );
}
