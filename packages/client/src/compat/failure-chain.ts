import { isDomainDiscoveryError, isFaaSError, isFaaSLambdaError } from '@lp-functions/errors';
import { CompatError, type CompatErrorName } from './compat-error.ts';
import type { PossibleResponse, Response } from './response.ts';

/** What a method calls its failures. */
export interface FailureNaming {
  readonly name: CompatErrorName;
  readonly message: string;
}

/** The error for hosts that cannot be found, under the name of the method that needed them. */
export function discoveryFailed({ name }: FailureNaming, service: string, cause: Error): CompatError {
  return new CompatError(name, `Failed to resolve domain for csdsService: ${service}.`, {
    cause: csdsFailed(cause, service),
  });
}

/** What the official client calls a failure of the Domain API. What a `getCsdsEntry` of the caller's threw stays as it is. */
function csdsFailed(cause: Error, service: string): Error {
  if (!isFaaSError(cause)) return cause;
  const missing =
    isDomainDiscoveryError(cause) && (cause.code === 'SERVICE_NOT_FOUND' || cause.code === 'ACCOUNT_NOT_FOUND');
  return missing
    ? new CompatError('CSDSDomainNotFound', `Service "${service}" could not be found`, { cause })
    : new CompatError('CSDSFailure', 'Error while fetching CSDS entries', { cause });
}

/** The error for a request that was not sent, or whose `fetch` threw. */
export function requestFailed(url: string, cause: Error): CompatError {
  return new CompatError('FaaSRequestError', `Failed on request: ${url}`, { cause });
}

/** The error for a token that could not be had. */
export function authenticationFailed(cause: Error): CompatError {
  return new CompatError(
    'FaaSAppJWTAuthenticationError',
    'Error while creating authentication bearer via AppJWT (Client Credentials)',
    { cause: isDomainDiscoveryError(cause) ? csdsFailed(cause, 'sentinel') : cause },
  );
}

/** The errors for a response whose `ok` is false. The response is in `jse_info`; what was sent is not. */
export function responseFailed(response: Response): CompatError {
  const { url, status, statusText, body, failure } = response as PossibleResponse;
  const said = body === undefined || body === '' ? '' : ` Response body: ${JSON.stringify(body)}`;
  const message =
    status === undefined
      ? `Request was not answered: ${failure?.message ?? 'there is no response'}`
      : `Request did not respond with a success status: ${String(status)} - ${String(statusText)}.${said}`;
  return requestFailed(url ?? '', new CompatError('HttpRequestError', message, { info: { response }, failure }));
}

/** The error that a method rejects with. A function that failed itself has a name of its own. */
export function callFailed({ name, message }: FailureNaming, cause: Error): CompatError {
  if (cause instanceof CompatError && cause.name === name) return cause;
  const failure = cause instanceof CompatError ? cause.failure : undefined;
  return new CompatError(isFaaSLambdaError(failure) ? 'FaaSLambdaError' : name, message, { cause });
}
