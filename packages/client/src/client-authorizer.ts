import type { DomainDiscovery } from '@lp-functions/domain-discovery';
import { ConfigurationError } from '@lp-functions/errors';
import { type Authorizer, type HttpClient, required, withMethods } from '@lp-functions/http';
import { type AuthMethod, createMemoryTokenStore } from '@lp-functions/sentinel-oauth';
import type { FunctionsClientOptions } from './functions-client-options.ts';

/** What an {@link AuthMethod} is given. */
interface AuthParts {
  readonly options: FunctionsClientOptions;
  readonly control: HttpClient;
  readonly discovery: DomainDiscovery;
  /** Of the client, for errors. */
  readonly option: 'auth' | 'listingAuthorizer';
}

/**
 * The authorizer of one identity.
 *
 * @throws {@link ConfigurationError} INVALID_OPTION if the method makes none.
 */
export function authorizerOf(
  auth: AuthMethod | Authorizer,
  { options, control, discovery, option }: AuthParts,
): Authorizer {
  if (typeof auth !== 'function') return auth;
  const made = auth({
    accountId: options.accountId,
    sentinelDomain: () => discovery.resolve('sentinel'),
    http: control,
    clock: control.clock,
    tokenStore: options.tokenStore ?? createMemoryTokenStore(),
    onEvent: options.onEvent,
  });
  const problem = required(withMethods('authorize'))(made);
  if (problem === undefined) return made;
  throw new ConfigurationError(`${option} returned something that cannot authorize: it ${problem}`, {
    code: 'INVALID_OPTION',
    option,
    hint: 'Use clientCredentials(), staticBearer() or customAuthorizer(), or return an object with authorize().',
  });
}
