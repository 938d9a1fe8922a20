import { Router } from 'express';
import { loginOf } from '../login/require-login.ts';
import { CALL_LIMIT_MS } from '../platform/platform.ts';
import type { FunctionRoutesParts } from './call-form-routes.ts';

/** What came of a call. The address may be reloaded: looking at an answer calls nothing. */
export function callRoutes({ calls, requireLogin, pages }: FunctionRoutesParts): Router {
  const router = Router();
  router.get<{ callId: string }>('/calls/:callId', requireLogin, async (request, response, next) => {
    const { callId } = request.params;
    const call = await calls.find(callId, loginOf(request).user.id);
    if (call === undefined) {
      next();
      return;
    }
    pages.show(request, response, 'call', {
      call,
      // The process that made it has ended in the middle of it.
      isOverdue: call.outcome === undefined && Date.now() - call.beganAtMs > CALL_LIMIT_MS,
      again: `${call.formPath}?from=${callId}`,
    });
  });
  return router;
}
