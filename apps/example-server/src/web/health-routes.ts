import { Router } from 'express';

/** Answers to those who watch over this process. */
export interface HealthRoutesParts {
  /** False once the process is about to end. */
  readonly isOpen: () => boolean;
  /** Rejects if sessions cannot be read. */
  readonly checkStores: () => Promise<void>;
}

/**
 * `/health`: the process answers; if it does not, restart it. `/ready`: it can serve users; if not, send them to another one.
 * Neither asks LivePerson: when that is down, every process would be taken out of service, and nobody would be told why.
 */
export function healthRoutes({ isOpen, checkStores }: HealthRoutesParts): Router {
  const router = Router();
  router.get('/health', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/ready', async (request, response) => {
    if (!isOpen()) {
      response.status(503).json({ status: 'closing' });
      return;
    }
    try {
      await checkStores();
      response.json({ status: 'ready' });
    } catch (error) {
      request.log.error({ err: error }, 'the stores cannot be used');
      response.status(503).json({ status: 'stores unavailable' });
    }
  });
  return router;
}
