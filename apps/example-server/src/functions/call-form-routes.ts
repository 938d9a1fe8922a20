import { randomUUID } from 'node:crypto';
import type { FunctionsClient } from '@lp-functions/client';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { loginOf } from '../login/require-login.ts';
import { describeFailure } from '../platform/failure-view.ts';
import { invoke, type InvocationOutcome, isLoginRequired } from '../platform/invocation.ts';
import type { CallQueue, QueuedCall } from '../platform/call-queue.ts';
import type { CallRecord, CallRecords } from '../storage/call-records.ts';
import type { Pages } from '../web/pages.ts';
import { requestIdOf } from '../web/request-log.ts';
import { readPayload } from './typed-payload.ts';

/** What all routes about functions are given. */
export interface FunctionRoutesParts {
  readonly calls: CallRecords;
  readonly requireLogin: RequestHandler;
  /** Refuses forms that were not made by this server for this browser. */
  readonly protectForm: RequestHandler;
  readonly pages: Pages;
}

/** What {@link callFormRoutes} is given. */
export interface CallFormParts extends FunctionRoutesParts {
  /** Where these routes are. */
  readonly path: string;
  /** In whose name the functions are called. */
  readonly calledAs: CallRecord['calledAs'];
  /** The identity to call with. */
  readonly functionsFor: (request: Request) => FunctionsClient;
  /** Name of a function that may be called here, for its form. */
  readonly nameOf: (uuid: string, request: Request) => Promise<string | undefined>;
  /** The same, for a form that was sent. */
  readonly sentNameOf: (uuid: string, request: Request) => string | undefined;
  /** Where calls can also be put that nobody waits for. It calls as this server. */
  readonly queue?: CallQueue | undefined;
}

interface FunctionPath {
  readonly [parameter: string]: string;
  readonly uuid: string;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A form for one function, and what is done when it is sent. */
export function callFormRoutes(parts: CallFormParts): Router {
  const { path, calledAs, functionsFor, nameOf, sentNameOf, queue, calls, requireLogin, protectForm, pages } = parts;
  const canBeQueued = queue !== undefined;
  const router = Router();

  function showForm(
    request: Request<FunctionPath>,
    response: Response,
    form: { readonly functionName: string; readonly payload: string; readonly problem?: string },
  ): void {
    const action = `${path}/${request.params.uuid}/calls`;
    const status = form.problem === undefined ? 200 : 422;
    pages.show(
      request,
      response,
      'call-form',
      { calledAs, form: { ...form, action, callId: randomUUID(), canBeQueued } },
      status,
    );
  }

  router.get<FunctionPath>('/:uuid', requireLogin, async (request, response, next) => {
    const { uuid } = request.params;
    const functionName = UUID.test(uuid) ? await nameOf(uuid, request) : undefined;
    if (functionName === undefined) {
      next();
      return;
    }
    const earlier = await calls.find(textOf(request.query['from']), loginOf(request).user.id);
    showForm(request, response, { functionName, payload: earlier?.payload ?? '{}' });
  });

  router.post<FunctionPath>('/:uuid/calls', requireLogin, protectForm, async (request, response, next) => {
    const { uuid } = request.params;
    const body = (request.body ?? {}) as Readonly<Record<string, unknown>>;
    const [callId, payload] = [textOf(body['callId']), textOf(body['payload'])];
    const functionName = UUID.test(uuid) && UUID.test(callId) ? sentNameOf(uuid, request) : undefined;
    if (functionName === undefined) {
      next();
      return;
    }
    const read = readPayload(payload);
    if ('problem' in read) {
      showForm(request, response, { functionName, payload, problem: read.problem });
      return;
    }
    const call: CallRecord = {
      userId: loginOf(request).user.id,
      calledAs,
      functionName,
      formPath: `${path}/${uuid}`,
      payload,
      requestId: requestIdOf(request),
      beganAtMs: Date.now(),
    };
    response.locals['returnTo'] = `${call.formPath}?from=${callId}`;
    // False for a form that was sent before, by a double click, a reload, or a browser that lost its connection.
    if (await calls.begin(callId, call)) {
      const queued = queue !== undefined && body['how'] === 'queue';
      const more = queued
        ? await putInto(queue, request, { callId, uuid, payload: read.payload, requestId: call.requestId })
        : { outcome: await outcomeOf(request, call, callId, read.payload) };
      await calls.finish(callId, { ...call, ...more });
    }
    response.redirect(303, `/calls/${callId}`);
  });

  /** Makes the call. What was typed is kept also when the user has to log in first. */
  async function outcomeOf(
    request: Request<FunctionPath>,
    call: CallRecord,
    callId: string,
    payload: unknown,
  ): Promise<InvocationOutcome> {
    try {
      return await invoke(functionsFor(request), request.params.uuid, payload, call.requestId, request.log);
    } catch (error) {
      if (isLoginRequired(error)) {
        await calls.finish(callId, { ...call, outcome: { ok: false, failure: describeFailure(error) } });
      }
      throw error;
    }
  }

  return router;
}

/** Queues the call, or says why that could not be. */
async function putInto(
  queue: CallQueue,
  request: Request<FunctionPath>,
  call: QueuedCall,
): Promise<Pick<CallRecord, 'queueItemId' | 'outcome'>> {
  try {
    return { queueItemId: await queue.add(call) };
  } catch (error) {
    request.log.warn({ err: error }, 'a call could not be queued');
    return { outcome: { ok: false, failure: describeFailure(error) } };
  }
}

/** A field may be missing, or come several times. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
