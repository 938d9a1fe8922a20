import { ConfigurationError, isTransportError } from '@lp-functions/errors';
import { type CallLimits, type HttpCall, type HttpClient, originOf } from '@lp-functions/http';
import { type Platform, platformOf } from './platform-generation.ts';

/** Where the gateway is, and which generation it belongs to. */
export interface GatewayLocation {
  readonly origin: string;
  readonly platform: Platform;
}

/**
 * Asks for the gateway within the limits of a call.
 *
 * @param unreachable - where it was said to be before, and could not be reached.
 */
export type LocateGateway = (
  limits: CallLimits,
  context: HttpCall['context'],
  unreachable?: string,
) => Promise<GatewayLocation>;

/**
 * Makes the function that finds the gateway. What it answers is judged once, and again only when the answer changes.
 *
 * @param gatewayDomain - gives the host.
 * @param forced - generation, if the caller knows it.
 * @param http - its host policy judges, its limits end the wait.
 */
export function createGatewayLocator(
  gatewayDomain: (unreachable?: string) => Promise<string> | string,
  forced: Platform | 'auto',
  http: HttpClient,
): LocateGateway {
  let last: (GatewayLocation & { readonly answered: string }) | undefined;
  return async (limits, context, unreachable) => {
    const answered = await http.within(Promise.resolve(gatewayDomain(unreachable)), limits, context, 'hosts');
    if (typeof answered !== 'string') throw noDomain('gatewayDomain');
    if (last?.answered !== answered) {
      const origin = originOf(answered, http.hostPolicy, 'gatewayDomain');
      last = { answered, origin, platform: platformOf(origin, forced) };
    }
    return last;
  };
}

/** What a host that is no longer there looks like. */
const GONE: ReadonlySet<string> = new Set(['UNREACHABLE', 'TLS_FAILED', 'ATTEMPT_TIMEOUT']);

/**
 * Sends to where a service is. If nothing could be sent there, and the service is said to be elsewhere by now, sends there.
 *
 * @param operation - of the call; failures of others, such as a token request, say nothing about this service.
 * @param locate - tells where it is; is given the place where it could not be reached.
 * @param send - sends to one place, by the retry policy.
 */
export async function sendToService<L extends { readonly origin: string }, T>(
  operation: string,
  locate: (unreachable?: string) => Promise<L>,
  send: (location: L) => Promise<T>,
): Promise<T> {
  const location = await locate();
  try {
    return await send(location);
  } catch (error) {
    if (!isTransportError(error) || error.operation !== operation || !GONE.has(error.code)) throw error;
    // Also of an attempt before the last one.
    if (error.requestSent !== 'no' || error.executed !== 'no') throw error;
    const now = await locate(location.origin).catch(() => location);
    if (now.origin === location.origin) throw error;
    return send(now);
  }
}

/** The error for a function that should give a host and gives something else. */
export function noDomain(option: string): ConfigurationError {
  return new ConfigurationError(`${option} must return a host name, or an origin such as http://127.0.0.1:8080`, {
    code: 'INVALID_OPTION',
    option,
  });
}
