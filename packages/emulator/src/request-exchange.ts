import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EmulatedPlatform } from './emulated-platform.ts';
import type { FaultDefinition, ResetPoint } from './fault-definition.ts';
import type { PlatformAccount } from './platform-accounts.ts';
import type { Reply } from './reply.ts';
import type { MutableRecord } from './recorded-request.ts';
import type { RequestJournal } from './request-journal.ts';
import { routeOf, type ServiceRoute } from './service-route.ts';

/** One request with its answer, from the first byte to the last. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: ServiceRoute;
  readonly query: URLSearchParams;
  readonly account: PlatformAccount | undefined;
  readonly record: MutableRecord;
  readonly startedAt: number;
}

/** Routes a request and starts its record in the journal. */
export function openExchange(
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

/** Cuts the connection if the fault says so at this point. */
export function cutAt(
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

/** Writes an answer, or the half of it that a fault leaves. */
export function send(
  exchange: Exchange,
  journal: RequestJournal,
  reply: Reply,
  fault: FaultDefinition | undefined,
): void {
  const { response, record } = exchange;
  if (response.destroyed) return;
  const bytes = Buffer.from(reply.body);
  const bodyless = reply.status === 204 || reply.status === 304;
  const headers = { ...reply.headers, ...(bodyless ? {} : { 'content-length': String(bytes.length) }) };
  record.status = reply.status;
  record.responseHeaders = headers;
  journal.noteResponseBody(record, reply.body);
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

/** Ends a record. Done before the last byte goes out, so that who got the answer finds it in the journal. */
export function closeRecord(
  { record, startedAt }: Exchange,
  journal: RequestJournal,
  outcome: 'answered' | 'cut' | 'aborted',
): void {
  record.outcome = outcome;
  record.durationMs = performance.now() - startedAt;
  journal.changed(record);
}

/** The request as text, for servers that repeat what they were sent. */
export function echoOf(request: IncomingMessage, body: string): string {
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
