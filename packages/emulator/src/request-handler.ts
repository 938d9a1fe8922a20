import type { IncomingMessage, ServerResponse } from 'node:http';
import { appToken } from './app-token-endpoint.ts';
import { authorize } from './authorize-endpoint.ts';
import { listDomains, resolveDomain } from './discovery-endpoint.ts';
import type { Endpoint, EmulatedPlatform } from './emulated-platform.ts';
import { gatewayError } from './gateway-error.ts';
import type { ConsoleHandler } from './console/console-handler.ts';
import { invokeByEvent, invokeByUuid, isImplemented } from './invoke-endpoint.ts';
import { jwks } from './jwks-endpoint.ts';
import { listFunctions, listLambdas } from './listing-endpoint.ts';
import { login } from './login-endpoint.ts';
import { jsonReply, type Reply } from './reply.ts';
import { readBody } from './request-body.ts';
import { closeRecord, cutAt, echoOf, openExchange, send, type Exchange } from './request-exchange.ts';
import type { RequestJournal } from './request-journal.ts';
import type { FaultPlan, FaultScript } from './scripted-faults.ts';
import type { ScriptingHandler } from './scripting/scripting-handler.ts';
import { revoke } from './revoke-endpoint.ts';
import { faultHeaders, replacesReply, scriptedReply } from './scripted-reply.ts';
import { token } from './token-endpoint.ts';
import type { OperationName } from './service-route.ts';

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

/** Creates the listener of the HTTP server: records, applies the fault script, routes, answers. */
export function createRequestHandler(
  platform: EmulatedPlatform,
  journal: RequestJournal,
  faults: FaultScript,
  { scripting, console }: { readonly scripting: ScriptingHandler; readonly console: ConsoleHandler },
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    // Scripting and console are no part of the platform: they are neither recorded nor disturbed.
    if (scripting.isMeant(request.url)) {
      scripting.handle(request, response);
      return;
    }
    if (console.isMeant(request)) {
      console.handle(request, response);
      return;
    }
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
  journal.noteBody(record, body);
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
