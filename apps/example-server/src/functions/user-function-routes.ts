import { Router } from 'express';
import { loginOf } from '../login/require-login.ts';
import type { Platform } from '../platform/platform.ts';
import { requestIdOf } from '../web/request-log.ts';
import { callFormRoutes, type FunctionRoutesParts } from './call-form-routes.ts';

const PATH = '/functions';
const SEARCH_CHARACTERS = 100;
const NAME_CHARACTERS = 200;

/** The account's functions, listed and called in the name of the user, with the user's own token and permissions. */
export function userFunctionRoutes(parts: FunctionRoutesParts & { readonly platform: Platform }): Router {
  const { platform, requireLogin, pages } = parts;
  const router = Router();

  router.get(PATH, requireLogin, async (request, response) => {
    const { search: wanted } = request.query;
    const search = typeof wanted === 'string' ? wanted.trim().slice(0, SEARCH_CHARACTERS) : '';
    const user = platform.asUser(loginOf(request).id);
    const functions = await user.getLambdas(search === '' ? {} : { name: search }, { requestId: requestIdOf(request) });
    pages.show(request, response, 'functions', { functions, search });
  });

  router.use(
    PATH,
    callFormRoutes({
      ...parts,
      path: PATH,
      calledAs: 'user',
      functionsFor: (request) => platform.asUser(loginOf(request).id),
      async nameOf(wanted, request) {
        const user = platform.asUser(loginOf(request).id);
        const functions = await user.getLambdas({}, { requestId: requestIdOf(request) });
        return functions.find(({ uuid }) => uuid === wanted)?.name;
      },
      // From the form, to save a listing: it is shown to whoever sent it, and to nobody else.
      sentNameOf(_uuid, request) {
        const { functionName } = request.body as Readonly<Record<string, unknown>>;
        return typeof functionName === 'string' ? functionName.slice(0, NAME_CHARACTERS) : undefined;
      },
    }),
  );

  return router;
}
