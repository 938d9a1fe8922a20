import { ConfigurationError } from '@lp-functions/errors';
import type { Authorizer } from '@lp-functions/http';
import type { AuthMethod } from './auth-method.ts';

/**
 * Authenticates with a function of your own, called for every attempt with method and URL: enough for OAuth 1.0
 * signatures and DPoP proofs.
 *
 * @param authorize - returns the headers to send; see {@link Authorizer.authorize} for what it is given after a 401.
 * @throws {@link ConfigurationError} INVALID_OPTION.
 */
export function customAuthorizer(authorize: Authorizer['authorize']): AuthMethod {
  if (typeof authorize !== 'function') {
    throw new ConfigurationError('customAuthorizer takes a function that returns headers', {
      code: 'INVALID_OPTION',
      option: 'authorize',
    });
  }
  return () => ({
    // A function that throws instead of rejecting is a rejection here.
    authorize: async (request, rejected) => authorize(request, rejected),
  });
}
