import {
  isConfigurationError,
  isDomainDiscoveryError,
  isFaaSDetailedError,
  isFaaSLambdaError,
  isInvocationQueueError,
  isSentinelOAuthError,
  isTransportError,
  type FaaSDetailedError,
  type InvocationQueueError,
  type TransportError,
} from '@lp-functions/errors';
import { CommandError, type CommandErrorCode } from './command-error.ts';

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
  /** What was asked for worked, and its answer is no: not every line of a batch succeeded; nothing is implemented. */
  negative: 10,
  interrupted: 130,
} as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Options of a call that come from arguments of the command line, so that a bad one is a mistake in its use. */
const FROM_ARGUMENTS =
  /^(?:uuid|lambdaUuid|eventId|payload|headers|skillId|userId|eventSource|requestId|timeoutMs|deadlineMs|service|state|name)\b/;

/** Requests to Sentinel. */
const SENTINEL_OPERATIONS: ReadonlySet<string> = new Set([
  'clientCredentials',
  'authorize',
  'exchangeCode',
  'refresh',
  'revoke',
  'jwks',
  'verifyIdToken',
  'verifyAppToken',
]);

/** Codes that speak of what tokens, secrets and settings are kept in. */
const STORE = /^STORE_/;

/** Errors of the emulator have some of these codes, too. */
const COMMAND_EXIT_CODES: Readonly<Record<CommandErrorCode, ExitCode>> = {
  // Says itself which stage it was.
  CHECK_FAILED: EXIT.internal,
  REDIRECT_URI_INVALID: EXIT.configuration,
  PORT_IN_USE: EXIT.configuration,
  PORT_REFUSED: EXIT.configuration,
  PROFILE_TAKEN: EXIT.configuration,
  APP_REFUSED: EXIT.configuration,
  LOGIN_TIMED_OUT: EXIT.timeout,
  LOGIN_UNANSWERED: EXIT.authentication,
  NOT_LOGGED_IN: EXIT.authentication,
  NOTHING_TO_DECODE: EXIT.authentication,
  LOGOUT_INCOMPLETE: EXIT.authentication,
};

/** Codes of errors that this program and the emulator throw. */
const OWN_CODES: Readonly<Record<string, ExitCode>> = {
  USAGE: EXIT.usage,
  SETTING_MISSING: EXIT.configuration,
  SETTINGS_UNREADABLE: EXIT.configuration,
  SETTINGS_FOLDER: EXIT.configuration,
  PROFILE_UNKNOWN: EXIT.configuration,
  INVALID_OPTION: EXIT.configuration,
  INVALID_APP_INSTALLATION: EXIT.configuration,
  INVALID_FUNCTION: EXIT.configuration,
  INVALID_DATA: EXIT.configuration,
  DATA_IN_USE: EXIT.configuration,
  DUPLICATE: EXIT.configuration,
  NOT_FOUND: EXIT.refused,
  QUERY_FAILED: EXIT.usage,
  BATCH_LOCKED: EXIT.configuration,
  BATCH_CHANGED: EXIT.configuration,
  BATCH_FILE: EXIT.configuration,
  BATCH_INCOMPLETE: EXIT.negative,
  INTERRUPTED: EXIT.interrupted,
  DEADLINE_EXCEEDED: EXIT.timeout,
  QUEUE_MISSING: EXIT.configuration,
  QUEUE_UNAVAILABLE: EXIT.unavailable,
  ITEM_FAILED: EXIT.refused,
  ITEM_UNCERTAIN: EXIT.unavailable,
  ...COMMAND_EXIT_CODES,
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
  if (isSentinelOAuthError(error)) return STORE.test(error.code) ? EXIT.configuration : EXIT.authentication;
  if (isFaaSLambdaError(error)) return EXIT.functionFailed;
  if (isFaaSDetailedError(error)) return refusalExitCode(error);
  if (isInvocationQueueError(error)) return queueExitCode(error);
  if (error instanceof CommandError && error.exitCode !== undefined) return error.exitCode;
  const { code, endedBy } = Object(error) as { readonly code?: unknown; readonly endedBy?: unknown };
  // It tells how far something came, and ends as what ended it.
  if (endedBy !== undefined) return exitCodeOf(endedBy);
  return (typeof code === 'string' ? OWN_CODES[code] : undefined) ?? EXIT.internal;
}

function transportExitCode({ code, operation }: TransportError): ExitCode {
  if (code === 'ABORTED') return EXIT.interrupted;
  if (code === 'ATTEMPT_TIMEOUT' || code === 'DEADLINE_EXCEEDED') return EXIT.timeout;
  if (operation === 'discover') return EXIT.discovery;
  if (SENTINEL_OPERATIONS.has(operation ?? '')) return EXIT.authentication;
  return code === 'RESPONSE_TOO_LARGE' ? EXIT.refused : EXIT.unavailable;
}

function queueExitCode({ code }: InvocationQueueError): ExitCode {
  switch (code) {
    case 'QUEUE_UNAVAILABLE':
      return EXIT.unavailable;
    case 'QUEUE_REFUSED':
    case 'ITEM_UNREADABLE':
      return EXIT.configuration;
    case 'OUTCOME_PENDING':
      return EXIT.timeout;
    default:
      return EXIT.refused;
  }
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
