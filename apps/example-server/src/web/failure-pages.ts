import { isFaaSError } from '@lp-functions/client';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { currentLogin } from '../login/session.ts';
import { isLoginRequired } from '../platform/invocation.ts';
import { describeFailure } from '../platform/failure-view.ts';
import type { Pages } from './pages.ts';

/** The page for an address that leads nowhere. */
export function notFoundPage(pages: Pages): RequestHandler {
  return (request, response) => {
    pages.show(
      request,
      response,
      'message',
      { title: 'There is no such page', text: 'Nothing is to be found under this address.' },
      404,
    );
  };
}

/** Mistakes in a request that express and its middleware report by code. */
const REFUSALS: Readonly<Record<string, { readonly title: string; readonly text: string }>> = {
  EBADCSRFTOKEN: {
    title: 'This form is out of date',
    text: 'It was made for another login, or in another browser. Go back, reload the page, and send it again.',
  },
  'entity.too.large': {
    title: 'That is too much',
    text: 'This server takes payloads of up to 256 kB. Go back, and send less.',
  },
};

const MALFORMED = { title: 'This request cannot be read', text: 'It is malformed.' };

/**
 * The page for whatever a route throws. A user who has to log in again comes back to the same address, or to
 * `response.locals.returnTo` if the route has set it.
 *
 * @param forgetLogin - called when a user has to log in again, so that this server forgets tokens that are worth nothing.
 */
export function failurePages(pages: Pages, forgetLogin: (loginId: string) => void): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const login = currentLogin(request);
    if (isLoginRequired(error) && login !== undefined) {
      forgetLogin(login.id);
      delete request.session.login;
      const { returnTo = request.originalUrl } = response.locals as { readonly returnTo?: string };
      pages.show(request, response, 'login-required', { returnTo }, 401);
      return;
    }
    const { code, type, status } = error as Readonly<Record<string, unknown>>;
    // What express refuses has a status of 4xx; errors of a platform call are told below.
    if (typeof status === 'number' && status < 500 && !isFaaSError(error)) {
      const refusal = REFUSALS[String(code)] ?? REFUSALS[String(type)];
      pages.show(request, response, 'message', refusal ?? MALFORMED, status);
      return;
    }
    const failure = describeFailure(error);
    request.log.error({ err: error }, 'a request failed');
    pages.show(request, response, 'failure', { failure }, failure.status);
  };
}
