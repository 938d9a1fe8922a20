import { Router } from 'express';
import type { CallQueue } from '../platform/call-queue.ts';
import type { Platform } from '../platform/platform.ts';
import type { ServerFunction } from '../settings.ts';
import { callFormRoutes, type FunctionRoutesParts } from './call-form-routes.ts';

/** What {@link serverFunctionRoutes} is given. */
export interface ServerFunctionRoutesParts extends FunctionRoutesParts {
  readonly platform: Platform;
  readonly queue: CallQueue | undefined;
  readonly serverFunctions: readonly ServerFunction[];
}

const PATH = '/as-server';

/**
 * Functions that this server calls as itself, with client credentials. It has permissions that its users may not have, so it
 * lends them out for the functions on its list, and for no other (a "confused deputy" would call whatever it is asked to).
 */
export function serverFunctionRoutes(parts: ServerFunctionRoutesParts): Router {
  const { platform, queue, serverFunctions, requireLogin, pages } = parts;
  const nameOf = (wanted: string): string | undefined => serverFunctions.find(({ uuid }) => uuid === wanted)?.name;
  const router = Router();

  router.get(PATH, requireLogin, (request, response) => {
    const functions = serverFunctions.map((entry) => ({ ...entry, invocable: true }));
    pages.show(request, response, 'as-server', { functions });
  });

  router.use(
    PATH,
    callFormRoutes({
      ...parts,
      path: PATH,
      calledAs: 'server',
      functionsFor: () => platform.asServer,
      nameOf: (uuid) => Promise.resolve(nameOf(uuid)),
      sentNameOf: nameOf,
      queue,
    }),
  );

  return router;
}
