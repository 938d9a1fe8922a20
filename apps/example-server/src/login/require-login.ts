import type { Request, RequestHandler } from 'express';
import type { Pages } from '../web/pages.ts';
import type { Login } from './session.ts';

/** A login ends after this long, however much it is used. */
const LONGEST_LOGIN_MS = 24 * 60 * 60_000;

/**
 * Lets users pass who are logged in. Everybody else gets a page that leads to the login, and back to where they wanted to go.
 *
 * @param forgetLogin - called for a login that has become too old.
 */
export function requireLogin(pages: Pages, forgetLogin: (loginId: string) => void): RequestHandler {
  return (request, response, next) => {
    const { login } = request.session;
    if (login !== undefined && Date.now() - login.beganAtMs < LONGEST_LOGIN_MS) {
      next();
      return;
    }
    if (login !== undefined) forgetLogin(login.id);
    delete request.session.login;
    const { payload } = (request.body ?? {}) as Readonly<Record<string, unknown>>;
    pages.show(
      request,
      response,
      'login-required',
      {
        // A form's page is the address it is sent to, without the last step.
        returnTo: request.originalUrl.replace(/\/calls$/, ''),
        // Nobody is known any more for whom it could be kept, so it is handed back.
        entered: typeof payload === 'string' ? payload : undefined,
      },
      401,
    );
  };
}

/** The user whom {@link requireLogin} let pass. */
export function loginOf(request: Request): Login {
  if (request.session.login === undefined) throw new Error('this route lacks requireLogin');
  return request.session.login;
}
