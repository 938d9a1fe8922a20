import type { IncomingMessage, ServerResponse } from 'node:http';
import { appToken } from './app-token-endpoint.ts';
import { authorize } from './authorize-endpoint.ts';
import { listDomains, resolveDomain } from './discovery-endpoint.ts';
import type { Endpoint, EmulatedPlatform } from './emulated-platform.ts';
import { gatewayError } from './gateway-error.ts';
import { invokeByEvent, invokeByUuid, isImplemented } from './invoke-endpoint.ts';
import { jwks } from './jwks-endpoint.ts';
import { listFunctions, listLambdas } from './listing-endpoint.ts';
import { login } from './login-endpoint.ts';
import type { PlatformAccount } from './platform-accounts.ts';
import { jsonReply, type Reply } from './reply.ts';
import { readBody } from './request-body.ts';
import type { MutableRecord, RequestJournal } from './request-journal.ts';
import type { FaultDefinition, FaultPlan, FaultScript, ResetPoint } from './scripted-faults.ts';
import { revoke } from './revoke-endpoint.ts';
import { faultHeaders, replacesReply, scriptedReply } from './scripted-reply.ts';
import { token } from './token-endpoint.ts';
import { routeOf, type OperationName, type ServiceRoute } from './service-route.ts';

const ENDPOINTS: Readonly<Partial<Record<OperationName, Endpoint>>> = {
  listDomains,
  resolveDomain,
  appToken,
  jwks,
  authorize,
  login,
  token,
  revoke,
  invokeByUuid,
  invokeByEvent,
  isImplemented,
  listLambdas,
  listFunctions,
};

/** What one request is handled with. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: ServiceRoute;
  readonly query: URLSearchParams;
  readonly account: PlatformAccount | undefined;
  readonly record: MutableRecord;
  readonly startedAt: number;
}

/** Creates the listener of the HTTP server: records, applies the fault script, routes, answers. */
export function createRequestHandler(
  platform: EmulatedPlatform,
  journal: RequestJournal,
  faults: FaultScript,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const exchange = openExchange(request, response, platform, journal);
    const { record } = exchange;
    response.once('close', () => {
      if (record.outcome === 'pending') closeRecord(exchange, journal, 'aborted');
    });
    handle(exchange, platform, journal, faults).catch((error: unknown) => {
      // A mistake of ours. It must be seen, and it must not end the emulator.
      const message = error instanceof Error ? error.message : String(error);
      if (!response.headersSent)
        send(exchange, journal, jsonReply(500, { message: `The emulator failed: ${message}` }), undefined);
      else response.destroy();
    });
  };
}

async function handle(
  exchange: Exchange,
  platform: EmulatedPlatform,
  journal: RequestJournal,
  faults: FaultScript,
): Promise<void> {
  const { record, request } = exchange;
  const plan = faults.take(record, (accountId, name) => {
    const functions = platform.accounts.find(accountId)?.functions;
    return functions?.has(name) === true ? functions.get(name) : undefined;
  });
  const fault = plan.decisive;
  if (cutAt('before-read', exchange, journal, fault)) return;
  const read = await readBody(request, platform.options.maxRequestBytes);
  if ('failure' in read && read.failure === 'aborted') return;
  const body = 'text' in read ? read.text : undefined;
  record.body = journal.kept(body ?? '');
  if (cutAt('after-read', exchange, journal, fault)) return;
  await prepare(plan, exchange, platform);
  if (fault?.hang === true || exchange.response.destroyed) return;

  const scripted = fault !== undefined && replacesReply(fault);
  let reply: Reply | undefined;
  if (!scripted || fault.runs === true || fault.reset === 'after-run') {
    reply = body === undefined ? tooLarge(exchange, platform) : await answer(exchange, body, platform);
  }
  if (cutAt('after-run', exchange, journal, fault)) return;
  if (scripted) {
    const generation = exchange.account?.platform ?? platform.options.platform;
    const echo = (): string => echoOf(request, body ?? '');
    reply = scriptedReply(fault, { service: record.service, generation, echo });
  } else if (reply !== undefined && fault !== undefined) {
    reply = { ...reply, headers: { ...reply.headers, ...faultHeaders(fault) } };
  }
  if (reply !== undefined) send(exchange, journal, reply, fault);
}

function openExchange(
  request: IncomingMessage,
  response: ServerResponse,
  platform: EmulatedPlatform,
  journal: RequestJournal,
): Exchange {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  const route = routeOf(path);
  const { service, operation, accountId, uuid, eventId } = route;
  const method = request.method ?? 'GET';
  const startedAtMs = platform.clock.now();
  const record = journal.open({
    service,
    operation,
    method,
    url,
    path,
    query: plainQuery(query),
    headers: plainHeaders(request),
    accountId,
    uuid,
    eventId,
    startedAtMs,
  });
  return {
    request,
    response,
    route,
    query,
    account: platform.accounts.find(accountId),
    record,
    startedAt: performance.now(),
  };
}

async function answer(exchange: Exchange, body: string, platform: EmulatedPlatform): Promise<Reply> {
  const { route, account, query, request, record } = exchange;
  const endpoint = ENDPOINTS[route.operation];
  if (endpoint === undefined) return jsonReply(404, { message: 'There is nothing at this path.' });
  if (!route.methods.includes(record.method)) {
    const message = `${route.methods.join(' and ')} only.`;
    const onGateway = route.service === 'gateway' || route.service === 'listing';
    const refusal = onGateway
      ? gatewayError(account?.platform ?? platform.options.platform, 'method-not-allowed', message)
      : jsonReply(405, { message });
    return { ...refusal, headers: { ...refusal.headers, allow: route.methods.join(', ') } };
  }
  return endpoint(
    {
      port: request.socket.localPort ?? platform.port(),
      route,
      method: record.method,
      query,
      headers: request.headers,
      body,
      record,
      account,
    },
    platform,
  );
}

function tooLarge({ route, account }: Exchange, { options }: EmulatedPlatform): Reply {
  const message = `The body has more than ${String(options.maxRequestBytes)} bytes.`;
  return route.service === 'gateway'
    ? gatewayError(account?.platform ?? options.platform, 'too-large', message)
    : jsonReply(413, { message });
}

async function prepare(plan: FaultPlan, { response }: Exchange, { keys, tokens }: EmulatedPlatform): Promise<void> {
  if (plan.delayMs > 0) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, plan.delayMs);
      response.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
  if (plan.revokeTokens) tokens.revoke();
  if (plan.rotateKeys) await keys.rotate(false);
}

function cutAt(
  point: ResetPoint,
  exchange: Exchange,
  journal: RequestJournal,
  fault: FaultDefinition | undefined,
): boolean {
  if (fault?.reset !== point) return false;
  closeRecord(exchange, journal, 'cut');
  const { socket } = exchange.request;
  try {
    socket.resetAndDestroy();
  } catch {
    // A TLS socket knows no reset.
    socket.destroy();
  }
  return true;
}

function send(exchange: Exchange, journal: RequestJournal, reply: Reply, fault: FaultDefinition | undefined): void {
  const { response, record } = exchange;
  if (response.destroyed) return;
  const bytes = Buffer.from(reply.body);
  const bodyless = reply.status === 204 || reply.status === 304;
  const headers = { ...reply.headers, ...(bodyless ? {} : { 'content-length': String(bytes.length) }) };
  record.status = reply.status;
  record.responseBody = journal.kept(reply.body);
  if (fault?.halfBody === true) {
    closeRecord(exchange, journal, 'cut');
    response.writeHead(reply.status, headers);
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => {
      exchange.request.socket.destroy();
    });
    return;
  }
  closeRecord(exchange, journal, 'answered');
  response.writeHead(reply.status, headers);
  response.end(bodyless || record.method === 'HEAD' ? undefined : bytes);
}

/** Done before the last byte goes out, so that who got the answer finds it in the journal. */
function closeRecord(
  { record, startedAt }: Exchange,
  journal: RequestJournal,
  outcome: 'answered' | 'cut' | 'aborted',
): void {
  record.outcome = outcome;
  record.durationMs = performance.now() - startedAt;
  journal.changed(record);
}

function echoOf(request: IncomingMessage, body: string): string {
  const lines: string[] = [];
  for (let index = 0; index < request.rawHeaders.length; index += 2)
    lines.push(`${request.rawHeaders[index] ?? ''}: ${request.rawHeaders[index + 1] ?? ''}`);
  return `${request.method ?? ''} ${request.url ?? ''}\n${lines.join('\n')}\n\n${body}`;
}

function plainHeaders({ headers }: IncomingMessage): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  return plain;
}

function plainQuery(query: URLSearchParams): Record<string, string | readonly string[]> {
  const plain: Record<string, string | readonly string[]> = {};
  for (const name of query.keys()) {
    const values = query.getAll(name);
    plain[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return plain;
}
