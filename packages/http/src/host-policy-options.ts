import { DEFAULT_HOST_POLICY, type HostPolicy, isHostName } from './host-policy.ts';
import { checkOptions, flag } from './option-check.ts';

/** The fields of a {@link HostPolicy}, each with a default. */
export type HostPolicyOptions = { readonly [K in keyof HostPolicy]?: HostPolicy[K] | undefined };

const hostPolicyRules = {
  allowedHostSuffixes: (value: unknown) =>
    value === undefined || (Array.isArray(value) && value.every(isSuffix))
      ? undefined
      : 'must be a list of domain names, such as "liveperson.net"',
  allowInsecureHttp: flag,
};

function isSuffix(value: unknown): boolean {
  return typeof value === 'string' && isHostName(value.toLowerCase().replace(/^\./, ''));
}

/**
 * Fills what was not given with the defaults.
 *
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function completeHostPolicy(given: HostPolicyOptions = {}): HostPolicy {
  checkOptions(given, hostPolicyRules, 'hostPolicy');
  return {
    allowedHostSuffixes: given.allowedHostSuffixes ?? DEFAULT_HOST_POLICY.allowedHostSuffixes,
    allowInsecureHttp: given.allowInsecureHttp ?? DEFAULT_HOST_POLICY.allowInsecureHttp,
  };
}
