import type { RequestView } from './emulator-views.ts';
import { MASK } from './shell-text.ts';

/**
 * Writes a recorded request as TypeScript: as the call of `@lp-functions/client` that makes it, or with `fetch` where the client has none, because a
 * browser makes it, or because it is malformed.
 *
 * @param origin - where the emulator listens
 */
export function typeScriptOf(request: RequestView, origin: string): string {
  const call = callOf(request);
  return call === undefined ? fetchOf(request, origin) : clientOf(request.accountId ?? '', origin, call);
}

function callOf(request: RequestView): readonly string[] | undefined {
  const { operation, query, uuid = '', eventId = '', method, accountId } = request;
  if (accountId === undefined) return undefined;
  switch (operation) {
    case 'invokeByUuid':
    case 'invokeByEvent': {
      const invocation = invocationIn(request);
      if (invocation === undefined || method !== 'POST') return undefined;
      const byUuid = operation === 'invokeByUuid';
      const [field, target] = byUuid ? ['result', uuid] : ['results', eventId];
      const { payload, options } = invocation;
      const parameters = [quoted(target), payload, ...(options === undefined ? [] : [options])].join(', ');
      return [`const { ${field} } = await functions.${operation}(${parameters});`, `console.log(${field});`];
    }
    case 'isImplemented':
      return [`console.log(await functions.isImplemented(${literal({ eventId, skillId: given(query['skillId']) })}));`];
    case 'listLambdas':
    case 'listFunctions': {
      const { state } = query;
      const filter = {
        name: given(query['name'] ?? query['functionName']),
        eventId: given(query['eventId']),
        state: typeof state === 'object' ? state : given(state),
        userId: given(query['userId']),
      };
      const isEmpty = Object.values(filter).every((value) => value === undefined);
      return [`console.log(await functions.getLambdas(${isEmpty ? '' : literal(filter)}));`];
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

function invocationIn({
  body,
  query,
  headers,
}: RequestView): { readonly payload: string; readonly options: string | undefined } | undefined {
  let sent: unknown;
  try {
    sent = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) return undefined;
  const { payload, headers: entries } = sent as { readonly payload?: unknown; readonly headers?: unknown };
  if (entries !== undefined && !isHeaderList(entries)) return undefined;
  const options = {
    headers: entries === undefined || entries.length === 0 ? undefined : entries,
    eventSource: given(headers['lp-eventsource'] ?? query['externalSystem']),
    skillId: given(query['skillId']),
    userId: given(query['userId']),
  };
  const hasOptions = Object.values(options).some((value) => value !== undefined);
  return { payload: literal(payload ?? {}), options: hasOptions ? literal(options) : undefined };
}

function clientOf(accountId: string, origin: string, call: readonly string[]): string {
  return [
    "import { clientCredentials, createFunctionsClient } from '@lp-functions/client';",
    '',
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

function fetchOf({ method, url, headers, body }: RequestView, origin: string): string {
  const sent = Object.entries(headers).filter(([name]) => !LEFT_OUT.test(name));
  return [
    `const response = await fetch(${template(`${origin}${url}`)}, {`,
    `  method: ${quoted(method)},`,
    "  redirect: 'manual',",
    ...(sent.length === 0
      ? []
      : ['  headers: {', ...sent.map(([name, value]) => `    ${quoted(name)}: ${template(value)},`), '  },']),
    ...(body === '' || method === 'GET' || method === 'HEAD' ? [] : [`  body: ${template(body)},`]),
    '});',
    'console.log(response.status, await response.text());',
    '',
  ].join('\n');
}

/** A text in quotes, or with what was masked taken from the environment. */
function template(text: string): string {
  if (!text.includes(MASK)) return quoted(text);
  const escaped = text
    .replaceAll(/[`\\]|\$\{/g, '\\$&')
    .replaceAll('\r', '\\r')
    .replaceAll('\n', '\\n');
  return `\`${escaped.replaceAll(MASK, "${process.env['SECRET'] ?? ''}")}\``;
}

function quoted(text: string): string {
  const plain = JSON.stringify(text);
  return text.includes("'") || plain.slice(1, -1) !== text ? plain : `'${text}'`;
}

/** JSON is TypeScript, but for `__proto__`, which would set the prototype. */
function literal(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replaceAll(/^(\s*)"__proto__":/gm, '$1["__proto__"]:');
}

function given(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
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
