import type { FaultDefinition } from './fault-definition.ts';
import { gatewayError, gatewayFailureOf } from './gateway-error.ts';
import { oauthError, oauthErrorOf } from './oauth-error.ts';
import { jsonReply, type Reply } from './reply.ts';
import type { PlatformGeneration } from './service-hosts.ts';
import type { ServiceName } from './service-route.ts';

/** Tells whether a fault replaces the true answer, and does not just decorate or cut it. */
export function replacesReply({ status, body, echo, retryAfter }: FaultDefinition): boolean {
  return status !== undefined || body !== undefined || echo === true || retryAfter !== undefined;
}

/** Builds the answer that a fault asks for. */
export function scriptedReply(
  fault: FaultDefinition,
  context: { readonly service: ServiceName; readonly generation: PlatformGeneration; readonly echo: () => string },
): Reply {
  const status = fault.status ?? defaultStatus(fault, context.service);
  const reply = withBody(fault, status, context);
  return { ...reply, headers: { ...reply.headers, ...faultHeaders(fault) } };
}

/** Headers that a fault adds to whatever answer there is. */
export function faultHeaders({ headers, retryAfter }: FaultDefinition): Readonly<Record<string, string>> {
  const added: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) added[name.toLowerCase()] = value;
  if (retryAfter !== undefined) added['retry-after'] = String(retryAfter);
  return added;
}

function defaultStatus({ body, echo, retryAfter }: FaultDefinition, service: ServiceName): number {
  if (retryAfter !== undefined) return 429;
  if (body !== undefined || echo !== true) return 200;
  return service === 'sentinel' ? 400 : 500;
}

function withBody(
  fault: FaultDefinition,
  status: number,
  { service, generation, echo }: Parameters<typeof scriptedReply>[1],
): Reply {
  if (typeof fault.body === 'string')
    return { status, headers: { 'content-type': contentTypeOf(fault.body) }, body: fault.body };
  if (fault.body !== undefined) return jsonReply(status, fault.body);
  if (status < 400) return { status, headers: {}, body: '' };
  const text = fault.echo === true ? `Refused: ${echo()}` : `Scripted answer ${String(status)}.`;
  if (service === 'sentinel') return oauthError(status, oauthErrorOf(status), text);
  if (service === 'gateway' || service === 'listing')
    return gatewayError(generation, gatewayFailureOf(status), text, { status });
  return jsonReply(status, { message: text });
}

function contentTypeOf(body: string): string {
  if (body.trimStart().startsWith('<')) return 'text/html; charset=utf-8';
  try {
    JSON.parse(body);
    return 'application/json';
  } catch {
    return 'text/plain; charset=utf-8';
  }
}
