import { ConfigurationError } from '@lp-functions/errors';
import { required } from '@lp-functions/http';
import type { AuthMethod } from './auth-method.ts';
import { revealSecret, secretRule, type SecretSource } from './secret-source.ts';

/**
 * Authenticates with a token that somebody else obtains and renews: by another login than OAuth 2.0, for example, of which this
 * package knows none (contract C34).
 *
 * @param token - the access token, or a function that gives the current one for every attempt. After a 401 the function is
 *   asked once more, and if it gives another token, the call is repeated with it.
 * @throws {@link ConfigurationError} INVALID_OPTION.
 */
export function staticBearer(token: SecretSource): AuthMethod {
  const problem = required(secretRule)(token);
  if (problem !== undefined) {
    throw new ConfigurationError(`staticBearer: token ${problem}`, { code: 'INVALID_OPTION', option: 'token' });
  }
  return ({ accountId }) => ({
    async authorize() {
      return { authorization: `Bearer ${await revealSecret(token, { option: 'token', accountId })}` };
    },
  });
}
