import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import type { Pages } from './pages.ts';

/**
 * Limits how often one address begins or finishes logins. Each process counts for itself; a `store` of express-rate-limit
 * makes all of them count together.
 *
 * @param perMinute - beyond this, 429 until the minute is over.
 */
export function limitLogins(perMinute: number, pages: Pages): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (request, response) => {
      pages.show(
        request,
        response,
        'message',
        { title: 'Too many logins', text: 'There were many logins from your network. Try again in a minute.' },
        429,
      );
    },
  });
}
