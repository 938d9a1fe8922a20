import { ConfigurationError, Secret } from '@lp-functions/errors';
import type { AuthMethod } from './auth-method.ts';

/**
 * Authenticates with a token that somebody else obtains and renews.
 *
 * @param token - the access token, or a function that gives the current one for every attempt.
 * @throws {@link ConfigurationError} INVALID_OPTION.
 */
export function staticBearer(token: string | Secret | (() => string | Secret | Promise<string | Secret>)): AuthMethod {
  const usable = typeof token === 'function' || (typeof token === 'string' ? token !== '' : token instanceof Object);
  if (!usable) {
    throw new ConfigurationError('staticBearer takes an access token, or a function that gives one', {
      code: 'INVALID_OPTION',
      option: 'token',
    });
  }
  return () => ({
    async authorize() {
      const value = typeof token === 'function' ? await token() : token;
      return { authorization: `Bearer ${typeof value === 'string' ? value : value.reveal()}` };
    },
  });
}
