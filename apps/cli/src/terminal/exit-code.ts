import {
  isConfigurationError,
  isDomainDiscoveryError,
  isFaaSDetailedError,
  isFaaSLambdaError,
  isSentinelOAuthError,
  isTransportError,
  type FaaSDetailedError,
  type TransportError,
} from '@lp-functions/errors';

/** What the program's exit code says. Final: scripts depend on them. */
export const EXIT = {
  ok: 0,
  internal: 1,
  usage: 2,
  configuration: 3,
  authentication: 4,
  discovery: 5,
  refused: 6,
  functionFailed: 7,
  unavailable: 8,
  timeout: 9,
  interrupted: 130,
} as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Options of a call that come from arguments of the command line, so that a bad one is a mistake in its use. */
const FROM_ARGUMENTS =
  /^(?:uuid|eventId|payload|headers|skillId|userId|eventSource|requestId|timeoutMs|deadlineMs|service)\b/;

/** Codes of errors that this program and the emulator throw. */
const OWN_CODES: Readonly<Record<string, ExitCode>> = {
  USAGE: EXIT.usage,
  SETTING_MISSING: EXIT.configuration,
  INVALID_OPTION: EXIT.configuration,
  PORT_IN_USE: EXIT.configuration,
};

/**
 * The exit code for an error, by who has to act, and at which stage of a call it happened.
 *
 * @param error - anything that was thrown.
 */
export function exitCodeOf(error: unknown): ExitCode {
  if (isConfigurationError(error)) return FROM_ARGUMENTS.test(error.option) ? EXIT.usage : EXIT.configuration;
  if (isTransportError(error)) return transportExitCode(error);
  if (isDomainDiscoveryError(error)) return EXIT.discovery;
  if (isSentinelOAuthError(error)) return EXIT.authentication;
  if (isFaaSLambdaError(error)) return EXIT.functionFailed;
  if (isFaaSDetailedError(error)) return refusalExitCode(error);
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return (typeof code === 'string' ? OWN_CODES[code] : undefined) ?? EXIT.internal;
}

function transportExitCode({ code, operation }: TransportError): ExitCode {
  if (code === 'ABORTED') return EXIT.interrupted;
  if (code === 'ATTEMPT_TIMEOUT' || code === 'DEADLINE_EXCEEDED') return EXIT.timeout;
  if (operation === 'discover') return EXIT.discovery;
  if (operation === 'clientCredentials') return EXIT.authentication;
  return code === 'RESPONSE_TOO_LARGE' ? EXIT.refused : EXIT.unavailable;
}

function refusalExitCode({ code }: FaaSDetailedError): ExitCode {
  switch (code) {
    case 'UNAUTHORIZED':
      return EXIT.authentication;
    case 'THROTTLED':
    case 'PLATFORM_FAILURE':
    case 'PLATFORM_UNAVAILABLE':
      return EXIT.unavailable;
    default:
      return EXIT.refused;
  }
}
