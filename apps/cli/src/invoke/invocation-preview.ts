import { randomUUID } from 'node:crypto';
import {
  type HttpRequest,
  type HttpTransport,
  type InvocationOptions,
  type InvocationTarget,
  TransportError,
} from '@lp-functions/client';
import { beginBudget } from '../call-budget.ts';
import type { CommandContext } from '../command-context.ts';
import { openFunctions, openWithoutToken } from '../connection.ts';
import { findUuid } from '../functions/find-function.ts';
import type { Answer } from '../terminal/output.ts';
import type { InvokeFlags, Wanted } from './invoke-flags.ts';
import { maskedInput } from './masked-body.ts';
import { resultText } from './result-form.ts';

/** A call as it would be sent. */
export interface ShownRequest {
  readonly method: string;
  /** With `{faasGW}` for the gateway's host: to know it, it would have to be asked for. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Reserved (RFC 2606): no request can ever reach it. */
const NOWHERE = 'faasgw.invalid';
const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** `lpfn invoke --dry-run`. */
export async function showRequest(
  context: CommandContext,
  wanted: Wanted,
  flags: InvokeFlags,
  payload: unknown,
  call: InvocationOptions,
): Promise<Answer> {
  const requestId = call.requestId ?? randomUUID();
  const request = await previewRequest(context, wanted, payload, { ...call, requestId });
  context.output.say(`Nothing was sent. ${await noteOn(context)}`);
  const text = flags.output === undefined ? undefined : resultText(request, flags.output);
  return { result: request, text, requestId };
}

/** What a preview cannot know, for a person. */
export async function noteOn({ settings }: CommandContext): Promise<string> {
  const { platform } = await settings.account();
  const host = '{faasGW} is the host that "lpfn domains faasGW" shows.';
  return platform === 'auto' ? `${host} Shown as generation V2 takes it: --platform v1 shows V1.` : host;
}

/**
 * The request that a call would send, made by the very code that sends it. Nothing leaves this machine.
 *
 * @throws ConfigurationError for input that cannot work.
 */
export async function previewRequest(
  context: CommandContext,
  wanted: Wanted,
  payload: unknown,
  call: InvocationOptions,
): Promise<ShownRequest> {
  const platform = (await context.settings.account()).platform === 'v1' ? 'v1' : 'v2';
  const { transport, sent } = catchRequest();
  const functions = await openWithoutToken(context, { domains: { faasGW: NOWHERE }, platform, transport });
  const target = 'eventId' in wanted ? wanted : { uuid: wanted.uuid ?? NIL_UUID };
  try {
    await ('eventId' in target
      ? functions.invokeByEvent(target.eventId, payload, call)
      : functions.invokeByUuid(target.uuid, payload, call));
  } catch (error) {
    const request = sent();
    if (request === undefined) throw error;
    const uuid = 'name' in wanted && wanted.name !== undefined ? `{UUID of ${wanted.name}}` : NIL_UUID;
    const url = request.url.replace(NOWHERE, '{faasGW}').replace(NIL_UUID, uuid);
    const { method, headers, body = '' } = request;
    return { method, url, headers, body: maskedInput(body).shown };
  } finally {
    await functions.close();
  }
  throw new Error('a call that nobody sends cannot be answered');
}

/** `lpfn invoke --curl`. */
export async function showCurl(
  context: CommandContext,
  wanted: Wanted,
  payload: unknown,
  call: InvocationOptions,
): Promise<Answer> {
  // Only the listing, which knows names, wants a token.
  const byName = !('eventId' in wanted) && wanted.uuid === undefined;
  const functions = await (byName ? openFunctions(context) : openWithoutToken(context));
  try {
    const budget = beginBudget(call);
    const target: InvocationTarget = 'eventId' in wanted ? wanted : { uuid: await findUuid(functions, wanted, budget) };
    const curl = await functions.toCurl(target, payload, { ...call, ...budget.remaining() });
    return { result: { curl }, text: curl };
  } finally {
    await functions.close();
  }
}

/** A transport that keeps the first request and sends none. */
function catchRequest(): { readonly transport: HttpTransport; readonly sent: () => HttpRequest | undefined } {
  let caught: HttpRequest | undefined;
  const transport: HttpTransport = {
    send(request) {
      caught ??= request;
      const facts = { code: 'REDIRECT_REFUSED', phase: 'send', requestSent: 'maybe' } as const;
      return Promise.reject(new TransportError('nothing is sent', facts));
    },
    close: () => Promise.resolve(),
  };
  return { transport, sent: () => caught };
}
