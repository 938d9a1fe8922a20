import { type RequestHandler, Router } from 'express';
import type { Platform } from '../platform/platform.ts';
import type { Pages } from '../web/pages.ts';
import { loginOf } from './require-login.ts';
import { renewSession } from './session.ts';

/** What {@link logoutRoutes} is given. */
export interface LogoutRoutesParts {
  readonly platform: Platform;
  /** Refuses forms that were not made by this server for this browser. */
  readonly protectForm: RequestHandler;
  readonly pages: Pages;
}

/** Sentinel is asked for this long at most: the user wants to leave. */
const REVOCATION_LIMIT_MS = 10_000;

/** Logging out: here, and by revoking the tokens in every other application of LivePerson's. */
export function logoutRoutes({ platform, protectForm, pages }: LogoutRoutesParts): Router {
  const router = Router();

  /** In another tab it may have been done already. */
  const needsLogin: RequestHandler = (request, response, next) => {
    if (request.session.login === undefined) response.redirect(303, '/logged-out');
    else next();
  };

  router.post('/logout', needsLogin, protectForm, async (request, response) => {
    const { id } = loginOf(request);
    // First of all: whatever fails afterwards, this browser is logged out.
    await renewSession(request);
    try {
      await platform.logins.end(id, { deadlineMs: REVOCATION_LIMIT_MS });
      response.redirect(303, '/logged-out');
    } catch (error) {
      request.log.warn({ err: error }, 'a login could not be revoked');
      response.redirect(303, '/logged-out?only=here');
    }
  });

  router.get('/logged-out', (request, response) => {
    pages.show(request, response, 'logged-out', { everywhere: request.query['only'] !== 'here' });
  });

  return router;
}
