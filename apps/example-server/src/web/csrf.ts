import { csrfSync } from 'csrf-sync';
import type { Request, RequestHandler } from 'express';

/** Tells forms that this server made for this browser from all others. */
export interface Csrf {
  /** To be put into a form. The session keeps its counterpart. */
  tokenFor(request: Request): string;
  /** Refuses forms without the token of their browser's session, with an error of the code `EBADCSRFTOKEN`. */
  readonly protectForm: RequestHandler;
}

/** Bytes of a token. */
const TOKEN_SIZE = 32;

/** Makes the synchronizer tokens (OWASP) of all forms. */
export function createCsrf(): Csrf {
  const { generateToken, csrfSynchronisedProtection } = csrfSync({
    size: TOKEN_SIZE,
    getTokenFromRequest: ({ body }) => {
      const { csrfToken } = (body ?? {}) as Readonly<Record<string, unknown>>;
      return typeof csrfToken === 'string' ? csrfToken : undefined;
    },
  });
  return { tokenFor: (request) => generateToken(request), protectForm: csrfSynchronisedProtection };
}
