import { Router } from 'express';
import { loginOf } from '../login/require-login.ts';
import type { CallQueue, QueuedCallState } from '../platform/call-queue.ts';
import { CALL_LIMIT_MS } from '../platform/platform.ts';
import type { CallRecord } from '../storage/call-records.ts';
import type { FunctionRoutesParts } from './call-form-routes.ts';

/** What {@link callRoutes} is given. */
export interface CallRoutesParts extends FunctionRoutesParts {
  readonly queue: CallQueue | undefined;
}

/** What came of a call. The address may be reloaded: looking at an answer calls nothing. */
export function callRoutes({ calls, queue, requireLogin, pages }: CallRoutesParts): Router {
  const router = Router();

  router.get<{ callId: string }>('/calls/:callId', requireLogin, async (request, response, next) => {
    const { callId } = request.params;
    const call = await calls.find(callId, loginOf(request).user.id);
    if (call === undefined) {
      next();
      return;
    }
    const queued = await stateInQueue(call);
    const ended = queued?.state === 'ended' ? { ...call, outcome: queued.outcome } : undefined;
    // The queue forgets what is done sooner or later.
    if (ended !== undefined) await calls.finish(callId, ended);
    pages.show(request, response, 'call', {
      call: ended ?? call,
      queued: queued?.state === 'ended' ? undefined : queued,
      // The process that made it has ended in the middle of it.
      isOverdue: queued === undefined && call.outcome === undefined && Date.now() - call.beganAtMs > CALL_LIMIT_MS,
      again: `${call.formPath}?from=${callId}`,
    });
  });

  async function stateInQueue({ queueItemId, outcome }: CallRecord): Promise<QueuedCallState | undefined> {
    if (queueItemId === undefined || outcome !== undefined) return undefined;
    return queue === undefined ? { state: 'unknown' } : queue.look(queueItemId);
  }

  return router;
}
