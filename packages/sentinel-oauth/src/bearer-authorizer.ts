import { ConfigurationError } from '@lp-functions/errors';
import { type Authorizer, required, withMethods } from '@lp-functions/http';
import type { TokenSet } from './token-set.ts';
import type { TokenSource } from './token-source.ts';

/**
 * Authorizes requests with `Bearer` tokens of a source (RFC 6750).
 *
 * @param source - where the tokens come from.
 * @throws {@link ConfigurationError} INVALID_OPTION.
 */
export function createBearerAuthorizer(source: TokenSource): Authorizer {
  const problem = required(withMethods('get'))(source);
  if (problem !== undefined) {
    throw new ConfigurationError(`createBearerAuthorizer: source ${problem}`, {
      code: 'INVALID_OPTION',
      option: 'source',
    });
  }
  let last: { readonly tokens: TokenSet; readonly headers: Readonly<Record<string, string>> } | undefined;

  function headersOf(tokens: TokenSet): Readonly<Record<string, string>> {
    if (last?.tokens === tokens) return last.headers;
    const headers = { authorization: `Bearer ${tokens.accessToken.reveal()}` };
    last = { tokens, headers };
    return headers;
  }

  return {
    async authorize(_request, rejected) {
      return headersOf(await source.get(rejected?.headers['authorization']?.replace(/^Bearer /, '')));
    },
  };
}
