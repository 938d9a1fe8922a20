import type { FaaSDetailedErrorCode } from './faas-detailed-error.ts';
import type { Fault } from './faas-error.ts';

/** What is known of one code that the platform answers with. */
export interface PlatformCode {
  /** The code as the platform spells it. */
  readonly platformCode: string;
  /** Which generation answers with it; a function in V1-compatibility mode may bring V1 codes to V2. */
  readonly platform: 'v1' | 'v2' | 'both';
  /** What it means. */
  readonly meaning: string;
  /** Who has to act. */
  readonly fault: Fault;
  /** Whether the same call may succeed later without anyone changing anything. */
  readonly retryable: boolean;
  /** Our code for it. */
  readonly code: FaaSDetailedErrorCode;
  /** The same condition in V1's spelling. */
  readonly v1Code: string;
  /** The same condition in V2's spelling, where V2 has one. */
  readonly v2Code?: string | undefined;
  /** What to do about it. */
  readonly hint?: string | undefined;
}

const HINT_THREW = 'The function reported this failure itself: look at its code and its logs.';
const HINT_CRASHED = 'The function crashed: look at its logs for the uncaught error.';
const HINT_TIMED_OUT =
  'The function may run 30 seconds: let it answer sooner, or check that it always settles or calls back.';
const HINT_LOGS = 'The function wrote more log lines than the platform allows: log less.';
const HINT_NOT_FOUND = 'Check the id and the account, and that the function is deployed (state Productive).';
const HINT_BAD_INPUT = 'Check the payload and the headers against what the function expects.';
const HINT_PLATFORM = 'LivePerson could not process the call: see its status page, or ask support with the request id.';

/**
 * The codes LivePerson has published or its clients know, with their meaning and their other spelling. Unknown codes are
 * possible and pass through.
 *
 * @see LivePerson's pages "Error codes" of Functions V1 and V2.
 */
export const PLATFORM_CODES: readonly PlatformCode[] = [
  // V1: es = gateway, fm = function manager, handler = the runtime around the brand's code
  {
    platformCode: 'com.liveperson.faas.es.general',
    platform: 'v1',
    meaning: 'The gateway failed for a reason it does not name.',
    fault: 'platform',
    retryable: true,
    code: 'PLATFORM_FAILURE',
    v1Code: 'com.liveperson.faas.es.general',
    v2Code: 'com.liveperson.faas.evg.general',
    hint: HINT_PLATFORM,
  },
  {
    platformCode: 'com.liveperson.faas.es.unavailable',
    platform: 'v1',
    meaning: 'The gateway could not reach another system of the platform.',
    fault: 'platform',
    retryable: true,
    code: 'PLATFORM_UNAVAILABLE',
    v1Code: 'com.liveperson.faas.es.unavailable',
    hint: HINT_PLATFORM,
  },
  {
    platformCode: 'com.liveperson.faas.es.badinput',
    platform: 'v1',
    meaning: 'The body is malformed or misses a value.',
    fault: 'caller',
    retryable: false,
    code: 'BAD_REQUEST',
    v1Code: 'com.liveperson.faas.es.badinput',
    v2Code: 'com.liveperson.faas.evg.invalid',
    hint: HINT_BAD_INPUT,
  },
  {
    platformCode: 'com.liveperson.faas.es.notdeployed',
    platform: 'v1',
    meaning: 'The function exists but is not deployed.',
    fault: 'caller',
    retryable: false,
    code: 'NOT_FOUND',
    v1Code: 'com.liveperson.faas.es.notdeployed',
    v2Code: 'com.liveperson.faas.function.not-found',
    hint: 'Deploy the function, then call it again.',
  },
  {
    platformCode: 'com.liveperson.faas.es.missinglambda',
    platform: 'v1',
    meaning: 'The function does not exist.',
    fault: 'caller',
    retryable: false,
    code: 'NOT_FOUND',
    v1Code: 'com.liveperson.faas.es.missinglambda',
    v2Code: 'com.liveperson.faas.function.not-found',
    hint: HINT_NOT_FOUND,
  },
  {
    platformCode: 'com.liveperson.faas.handler.custom-failure',
    platform: 'both',
    meaning: 'The function reported an error through its callback, or threw.',
    fault: 'function',
    retryable: false,
    code: 'FUNCTION_THREW',
    v1Code: 'com.liveperson.faas.handler.custom-failure',
    v2Code: 'com.customer.faas.function.threw-error',
    hint: HINT_THREW,
  },
  {
    platformCode: 'com.liveperson.faas.handler.runtime-exception',
    platform: 'both',
    meaning: 'The function crashed.',
    fault: 'function',
    retryable: false,
    code: 'FUNCTION_CRASHED',
    v1Code: 'com.liveperson.faas.handler.runtime-exception',
    v2Code: 'com.customer.faas.function.js-runtime-error',
    hint: HINT_CRASHED,
  },
  {
    platformCode: 'com.liveperson.faas.handler.executiontime-exceeded',
    platform: 'both',
    meaning: 'The function ran longer than it may.',
    fault: 'function',
    retryable: false,
    code: 'FUNCTION_TIMED_OUT',
    v1Code: 'com.liveperson.faas.handler.executiontime-exceeded',
    v2Code: 'com.customer.faas.function.execution-exceeded',
    hint: HINT_TIMED_OUT,
  },
  {
    platformCode: 'com.liveperson.faas.handler.log-limit-reached',
    platform: 'v1',
    meaning: 'The function wrote more logs than it may.',
    fault: 'function',
    retryable: false,
    code: 'FUNCTION_LOG_LIMIT',
    v1Code: 'com.liveperson.faas.handler.log-limit-reached',
    v2Code: 'com.liveperson.faas.function.runtime.limit-reached',
    hint: HINT_LOGS,
  },
  {
    platformCode: 'com.liveperson.faas.handler.no-sa-token',
    platform: 'both',
    meaning: 'The runtime could not get the service token with which a function reads its secrets.',
    fault: 'platform',
    retryable: false,
    code: 'FUNCTION_FAILED',
    v1Code: 'com.liveperson.faas.handler.no-sa-token',
    hint: HINT_PLATFORM,
  },
  {
    platformCode: 'com.liveperson.faas.fm.general',
    platform: 'v1',
    meaning: 'The function manager failed for a reason it does not name.',
    fault: 'platform',
    retryable: true,
    code: 'PLATFORM_FAILURE',
    v1Code: 'com.liveperson.faas.fm.general',
    hint: HINT_PLATFORM,
  },
  {
    platformCode: 'com.liveperson.faas.fm.unavailable',
    platform: 'v1',
    meaning: 'The function manager could not reach another system of the platform.',
    fault: 'platform',
    retryable: true,
    code: 'PLATFORM_UNAVAILABLE',
    v1Code: 'com.liveperson.faas.fm.unavailable',
    hint: HINT_PLATFORM,
  },
  // V2
  {
    platformCode: 'com.liveperson.faas.evg.general',
    platform: 'v2',
    meaning: 'The gateway failed for a reason it does not name.',
    fault: 'platform',
    retryable: true,
    code: 'PLATFORM_FAILURE',
    v1Code: 'com.liveperson.faas.es.general',
    v2Code: 'com.liveperson.faas.evg.general',
    hint: HINT_PLATFORM,
  },
  {
    platformCode: 'com.liveperson.faas.evg.invalid',
    platform: 'v2',
    meaning: 'The body is malformed or misses a value.',
    fault: 'caller',
    retryable: false,
    code: 'BAD_REQUEST',
    v1Code: 'com.liveperson.faas.es.badinput',
    v2Code: 'com.liveperson.faas.evg.invalid',
    hint: HINT_BAD_INPUT,
  },
  {
    platformCode: 'com.liveperson.faas.function.not-found',
    platform: 'v2',
    meaning: 'The function does not exist or is not productive, or no function listens to the event.',
    fault: 'caller',
    retryable: false,
    code: 'NOT_FOUND',
    v1Code: 'com.liveperson.faas.es.missinglambda',
    v2Code: 'com.liveperson.faas.function.not-found',
    hint: HINT_NOT_FOUND,
  },
  {
    platformCode: 'com.customer.faas.function.threw-error',
    platform: 'v2',
    meaning: 'The function threw, or failed on purpose.',
    fault: 'function',
    retryable: false,
    code: 'FUNCTION_THREW',
    v1Code: 'com.liveperson.faas.handler.custom-failure',
    v2Code: 'com.customer.faas.function.threw-error',
    hint: HINT_THREW,
  },
  {
    platformCode: 'com.customer.faas.function.js-runtime-error',
    platform: 'v2',
    meaning: 'An uncaught error ended the function.',
    fault: 'function',
    retryable: false,
    code: 'FUNCTION_CRASHED',
    v1Code: 'com.liveperson.faas.handler.runtime-exception',
    v2Code: 'com.customer.faas.function.js-runtime-error',
    hint: HINT_CRASHED,
  },
  {
    platformCode: 'com.customer.faas.function.execution-exceeded',
    platform: 'v2',
    meaning: 'The function ran longer than it may.',
    fault: 'function',
    retryable: false,
    code: 'FUNCTION_TIMED_OUT',
    v1Code: 'com.liveperson.faas.handler.executiontime-exceeded',
    v2Code: 'com.customer.faas.function.execution-exceeded',
    hint: HINT_TIMED_OUT,
  },
  {
    platformCode: 'com.liveperson.faas.function.runtime.limit-reached',
    platform: 'v2',
    meaning: 'A limit of the runtime was reached, for example that of log lines.',
    fault: 'function',
    retryable: false,
    code: 'FUNCTION_LOG_LIMIT',
    v1Code: 'com.liveperson.faas.handler.log-limit-reached',
    v2Code: 'com.liveperson.faas.function.runtime.limit-reached',
    hint: HINT_LOGS,
  },
  {
    platformCode: 'com.liveperson.faas.self-service.pending',
    platform: 'v2',
    meaning: 'An operation on the account is still pending.',
    fault: 'platform',
    retryable: true,
    code: 'PLATFORM_UNAVAILABLE',
    v1Code: 'com.liveperson.faas.self-service.pending',
    v2Code: 'com.liveperson.faas.self-service.pending',
    hint: 'The account is still being set up or changed: wait some minutes, then ask LivePerson.',
  },
];

const BY_CODE: ReadonlyMap<string, PlatformCode> = new Map(PLATFORM_CODES.map((entry) => [entry.platformCode, entry]));

/**
 * Finds what is known of a code that the platform answered with. Blanks and tabs around it are ignored: an official
 * client hands some codes on with a trailing tab.
 *
 * @param platformCode - the code as it came.
 * @returns the catalogue's entry, or `undefined` for a code that is not in it.
 */
export function findPlatformCode(platformCode: string): PlatformCode | undefined {
  return BY_CODE.get(platformCode.trim());
}

/**
 * Tells whether a code, known or not, blames the brand's own function.
 *
 * @param platformCode - the code as it came.
 */
export function blamesFunction(platformCode: string): boolean {
  const code = platformCode.trim();
  return (
    code.startsWith('com.customer.') ||
    code.startsWith('com.liveperson.faas.handler.') ||
    findPlatformCode(code)?.fault === 'function'
  );
}
