import { randomUUID } from 'node:crypto';
import { isFaaSError, isSentinelOAuthError } from '@lp-functions/client';
import type { ExchangedTokens, IdTokenClaims, LoginCallback, SentinelClient } from '@lp-functions/sentinel-oauth';
import { type Request, type RequestHandler, Router } from 'express';
import type { Platform } from '../platform/platform.ts';
import type { Pages } from '../web/pages.ts';
import { localPath } from './local-path.ts';
import { type BegunLogin, matchLogin, withLogin, withoutLogin } from './pending-logins.ts';
import { renewSession, saveSession } from './session.ts';

/** What {@link loginRoutes} is given. */
export interface LoginRoutesParts {
  readonly platform: Platform;
  readonly publicUrl: string;
  /** Keeps anybody from beginning logins without end. */
  readonly limit: RequestHandler;
  readonly pages: Pages;
}

/** Where Sentinel sends browsers back to. Registered with the app installation, letter by letter. */
const CALLBACK_PATH = '/callback';

/** The authorization-code flow, from this server's door to this server's door. */
export function loginRoutes({ platform, publicUrl, limit, pages }: LoginRoutesParts): Router {
  const { sentinel, logins } = platform;
  const redirectUri = `${publicUrl}${CALLBACK_PATH}`;

  /** Sends the browser to Sentinel, with a state and a PKCE challenge whose counterparts stay in its session. */
  async function beginLogin(request: Request): Promise<string> {
    const returnTo = localPath(request.query['returnTo']);
    if (request.session.login !== undefined) return returnTo;
    const begun = { ...(await sentinel.authorizationUrl({ redirectUri })), returnTo, beganAtMs: Date.now() };
    request.session.pendingLogins = withLogin(request.session.pendingLogins ?? [], begun);
    await saveSession(request);
    return begun.url;
  }

  /** Exchanges the code for tokens, and keeps them where browsers cannot look. */
  async function finishLogin(request: Request, begun: BegunLogin, callback: LoginCallback): Promise<string> {
    const tokens = await sentinel.exchangeCode(callback, begun);
    const { claims, signatureVerified } = await identify(sentinel, tokens);
    const id = randomUUID();
    await logins.begin(id, tokens);
    // Another tab was faster: this login takes the place of that one.
    if (request.session.login !== undefined) await logins.forget(request.session.login.id);
    await renewSession(request);
    request.session.login = {
      id,
      user: { id: claims.sub, isAdministrator: claims.is_admin === true, isLivePersonStaff: claims.is_lpa === true },
      signatureVerified,
      beganAtMs: Date.now(),
    };
    await saveSession(request);
    return begun.returnTo;
  }

  const router = Router();

  router.get('/login', limit, async (request, response) => {
    response.redirect(303, await beginLogin(request));
  });

  router.get(CALLBACK_PATH, limit, async (request, response) => {
    const pending = request.session.pendingLogins ?? [];
    const matched = matchLogin(sentinel, request.originalUrl, pending, Date.now());
    if (matched === undefined) {
      pages.show(request, response, 'login-unknown', {}, 400);
      return;
    }
    const { begun, answer } = matched;
    // Before the code is sent: whatever comes of it, it is good for one attempt.
    request.session.pendingLogins = withoutLogin(pending, begun);
    await saveSession(request);
    if (isFaaSError(answer)) {
      request.log.info({ err: answer }, 'Sentinel ended a login');
      pages.show(request, response, 'login-refused', { returnTo: begun.returnTo, reason: answer.oauthError }, 403);
      return;
    }
    response.redirect(303, await finishLogin(request, begun, answer));
  });

  return router;
}

/** Who has logged in. The exchange has checked the claims already; here it is found out whether the signature could be, too. */
async function identify(
  sentinel: SentinelClient,
  { idToken, claims }: ExchangedTokens,
): Promise<{ readonly claims: IdTokenClaims; readonly signatureVerified: boolean }> {
  if (idToken === undefined || claims === undefined)
    throw new Error('Sentinel sent no ID token: nobody is known to have logged in');
  try {
    return { claims: await sentinel.verifyIdToken(idToken), signatureVerified: true };
  } catch (error) {
    if (!isSentinelOAuthError(error) || error.code !== 'KEY_UNAVAILABLE') throw error;
    return { claims, signatureVerified: false };
  }
}
