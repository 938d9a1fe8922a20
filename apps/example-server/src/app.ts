import express, { type Express } from 'express';
import type { Logger as Log } from 'pino';
import type { FunctionRoutesParts } from './functions/call-form-routes.ts';
import { callRoutes } from './functions/call-routes.ts';
import { serverFunctionRoutes } from './functions/server-function-routes.ts';
import { userFunctionRoutes } from './functions/user-function-routes.ts';
import { PUBLIC_FOLDER } from './folders.ts';
import { loginRoutes } from './login/login-routes.ts';
import { logoutRoutes } from './login/logout-routes.ts';
import { requireLogin } from './login/require-login.ts';
import { sessions } from './login/session.ts';
import type { CallQueue } from './platform/call-queue.ts';
import type { Platform } from './platform/platform.ts';
import type { Settings } from './settings.ts';
import type { Stores } from './storage/stores.ts';
import { createCsrf } from './web/csrf.ts';
import { failurePages, notFoundPage } from './web/failure-pages.ts';
import { healthRoutes } from './web/health-routes.ts';
import { limitLogins } from './web/login-limit.ts';
import { createPages } from './web/pages.ts';
import { requestLog } from './web/request-log.ts';
import { securityHeaders } from './web/security-headers.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

/** What {@link createApp} puts together. */
export interface AppParts {
  readonly settings: Settings;
  readonly stores: Stores;
  readonly platform: Platform;
  /** Absent where there is no Redis. */
  readonly queue: CallQueue | undefined;
  readonly log: Log;
  readonly telemetry: Telemetry | undefined;
  /** False once the process is about to end. */
  readonly isOpen: () => boolean;
}

/** A payload is typed by hand. */
const BODY_LIMIT = '256kb';

/** Puts the server together. The order is the order in which a request meets the parts. */
export function createApp({ settings, stores, platform, queue, log, telemetry, isOpen }: AppParts): Express {
  const app = express();
  // Nobody else's word is taken for a browser's address, or for TLS.
  app.set('trust proxy', settings.trustedProxies);
  app.set('query parser', 'simple');

  const csrf = createCsrf();
  const pages = createPages(csrf);
  const { protectForm } = csrf;
  const forgetLogin = (loginId: string): void => {
    platform.logins.forget(loginId).catch((error: unknown) => {
      log.warn({ err: error }, 'the tokens of a login that has ended could not be forgotten');
    });
  };
  const functionRoutes: FunctionRoutesParts = {
    calls: stores.calls,
    requireLogin: requireLogin(pages, forgetLogin),
    protectForm,
    pages,
  };

  app.use(requestLog(log));
  if (telemetry !== undefined) app.use(telemetry.requestSpans);
  app.use(securityHeaders(settings.publicUrl));
  app.use('/public', express.static(PUBLIC_FOLDER, { maxAge: '1h', index: false, redirect: false }));
  app.use((_request, response, next) => {
    // Whatever is not a file is about one user and one moment.
    response.set('Cache-Control', 'no-store');
    next();
  });
  app.use(healthRoutes({ isOpen, checkStores: stores.check }));
  app.use(sessions(settings, stores.sessions));
  app.use(express.urlencoded({ extended: false, limit: BODY_LIMIT, parameterLimit: 20 }));

  app.get('/', (request, response) => {
    pages.show(request, response, 'home', { login: request.session.login });
  });
  const limit = limitLogins(settings.loginsPerMinute, pages);
  app.use(loginRoutes({ platform, publicUrl: settings.publicUrl, limit, pages }));
  app.use(logoutRoutes({ platform, protectForm, pages }));
  app.use(userFunctionRoutes({ ...functionRoutes, platform }));
  app.use(serverFunctionRoutes({ ...functionRoutes, platform, queue, serverFunctions: settings.serverFunctions }));
  app.use(callRoutes({ ...functionRoutes, queue }));

  app.use(notFoundPage(pages));
  app.use(failurePages(pages, forgetLogin));
  return app;
}
