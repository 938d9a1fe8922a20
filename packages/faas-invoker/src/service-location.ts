import { ConfigurationError } from '@lp-functions/errors';
import { type CallLimits, type HttpCall, type HttpClient, originOf } from '@lp-functions/http';
import { type Platform, platformOf } from './platform-generation.ts';

/** Where the gateway is, and which generation it belongs to. */
export interface GatewayLocation {
  readonly origin: string;
  readonly platform: Platform;
}

/** Asks for the gateway within the limits of a call. */
export type LocateGateway = (limits: CallLimits, context: HttpCall['context']) => Promise<GatewayLocation>;

/**
 * Makes the function that finds the gateway. What it answers is judged once, and again only when the answer changes.
 *
 * @param gatewayDomain - gives the host.
 * @param forced - generation, if the caller knows it.
 * @param http - its host policy judges, its limits end the wait.
 */
export function createGatewayLocator(
  gatewayDomain: () => Promise<string> | string,
  forced: Platform | 'auto',
  http: HttpClient,
): LocateGateway {
  let last: (GatewayLocation & { readonly answered: string }) | undefined;
  return async (limits, context) => {
    const answered = await http.within(Promise.resolve(gatewayDomain()), limits, context, 'hosts');
    if (typeof answered !== 'string') throw noDomain('gatewayDomain');
    if (last?.answered !== answered) {
      const origin = originOf(answered, http.hostPolicy, 'gatewayDomain');
      last = { answered, origin, platform: platformOf(origin, forced) };
    }
    return last;
  };
}

/** The error for a function that should give a host and gives something else. */
export function noDomain(option: string): ConfigurationError {
  return new ConfigurationError(`${option} must return a host name, or an origin such as http://127.0.0.1:8080`, {
    code: 'INVALID_OPTION',
    option,
  });
}
