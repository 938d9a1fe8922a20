import {
  type Executed,
  type FaaSError,
  type FunctionLog,
  isConfigurationError,
  isFaaSDetailedError,
  isFaaSError,
  isFaaSLambdaError,
  isSentinelOAuthError,
  isTransportError,
} from '@lp-functions/client';

/** Who has to act, in the words of a page. */
export type Responsible = 'function' | 'platform' | 'network' | 'caller' | 'server';

/** A failure as a page shows it. Holds no secret: the errors it is made of hold none. */
export interface FailureView {
  readonly responsible: Responsible;
  readonly title: string;
  readonly explanation: string;
  /** Whether the function may have run; absent where there was none to run. */
  readonly executed?: Executed | undefined;
  readonly mayTryAgain: boolean;
  readonly retryAfterSeconds?: number | undefined;
  /** Stable identifier, for a report. */
  readonly code: string;
  /** What the function, or the platform, said. Anybody may have written it. */
  readonly message?: string | undefined;
  readonly logs?: readonly Pick<FunctionLog, 'level' | 'message'>[] | undefined;
  /** HTTP status for a page that shows nothing else. */
  readonly status: number;
}

type Words = Pick<FailureView, 'title' | 'explanation' | 'status'> & Partial<Pick<FailureView, 'responsible'>>;

const FUNCTION_TITLES: Readonly<Record<string, string>> = {
  FUNCTION_TIMED_OUT: 'The function took too long',
  FUNCTION_CRASHED: 'The function crashed',
  FUNCTION_LOG_LIMIT: 'The function logged too much',
};

const SERVER_FAILED = {
  responsible: 'server',
  title: 'This server failed',
  explanation: 'It is not your fault, nor that of a function. Whoever runs the server finds the reason in its log.',
  status: 500,
} as const;

const OUT_OF_ORDER: Words = {
  title: 'LivePerson Functions is out of order',
  explanation: 'The platform could not do what it was asked. Neither the function nor this server is at fault.',
  status: 502,
};

/** Codes that a user can do something about, or that should not be taken for another. */
const BY_CODE: Readonly<Record<string, Words>> = {
  NOT_FOUND: {
    title: 'There is no such function',
    explanation: 'It may have been deleted or undeployed since it was listed.',
    status: 404,
  },
  FORBIDDEN: {
    title: 'You may not do this',
    explanation: 'Your LivePerson user lacks a permission. Ask an administrator for “FaaS-Invocation” on your profile.',
    status: 403,
  },
  THROTTLED: {
    title: 'Too many calls at the moment',
    explanation: 'LivePerson limits how often functions are called. Nothing is broken.',
    status: 503,
  },
  BAD_REQUEST: {
    title: 'The platform did not accept the request',
    explanation: 'It knows who asked, but cannot make sense of what was asked for: look at the payload first.',
    status: 400,
  },
  PAYLOAD_TOO_LARGE: {
    title: 'The payload is too large',
    explanation: 'The platform does not take payloads of this size.',
    status: 413,
  },
  RESPONSE_TOO_LARGE: {
    title: 'The answer is too large to be shown',
    explanation: 'The function answered more than this page can show.',
    status: 502,
  },
  ATTEMPT_TIMEOUT: {
    title: 'No answer came in time',
    explanation: 'LivePerson did not answer within the time this server waits.',
    status: 504,
  },
  DEADLINE_EXCEEDED: {
    title: 'No answer came in time',
    explanation: 'LivePerson did not answer within the time this server waits.',
    status: 504,
  },
  LOGIN_REQUIRED: {
    title: 'Your login has ended',
    explanation: 'LivePerson does not accept it any more. Log in again, and repeat what you did.',
    status: 401,
  },
  SENTINEL_UNAVAILABLE: {
    title: 'LivePerson’s login service is out of order',
    explanation: 'Nobody can log in, or stay logged in for long, until it is back.',
    status: 503,
  },
  TOKEN_INVALID: {
    title: 'The login could not be verified',
    explanation: 'What came from LivePerson’s login service is not to be trusted, so nobody was logged in.',
    status: 502,
  },
  'GRANT_REFUSED invalid_grant': {
    title: 'The login came too late',
    explanation: 'LivePerson’s login service does not accept it any more. Log in again.',
    status: 400,
  },
  GRANT_REFUSED: {
    title: 'LivePerson’s login service refused this application',
    explanation: 'The application installation of this server has to be looked at by whoever runs it.',
    responsible: 'server',
    status: 502,
  },
};

/**
 * Puts an error into words for the user of a page: what happened, who has to act, and whether the function ran.
 *
 * @param error - what a client of the platform threw, or anything else.
 */
export function describeFailure(error: unknown): FailureView {
  // Not even what the packages were given is in order.
  if (!isFaaSError(error) || isConfigurationError(error)) {
    return { ...SERVER_FAILED, mayTryAgain: false, code: isFaaSError(error) ? error.code : 'INTERNAL' };
  }
  const { code, retryable, retryAfterMs } = error;
  const called = error.operation === 'invokeByUuid';
  return {
    responsible: error.fault,
    ...wordsFor(error),
    ...(called ? { executed: error.executed } : {}),
    mayTryAgain: retryable || retryAfterMs !== undefined,
    ...(retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) }),
    code,
    ...(isFaaSDetailedError(error) ? { message: error.platformMessage } : {}),
    ...(isFaaSLambdaError(error) ? { logs: error.logs?.map(({ level, message }) => ({ level, message })) } : {}),
  };
}

function wordsFor(error: FaaSError): Words {
  if (isFaaSLambdaError(error)) {
    return {
      title: FUNCTION_TITLES[error.code] ?? 'The function failed',
      explanation:
        'The function was called, and failed by itself: LivePerson and this server did their part. Its author can help.',
      status: 502,
    };
  }
  const oauthError = isSentinelOAuthError(error) ? error.oauthError : undefined;
  const words = BY_CODE[`${error.code} ${oauthError ?? ''}`] ?? BY_CODE[error.code];
  if (words !== undefined) return words;
  if (isTransportError(error)) {
    return {
      title: 'LivePerson cannot be reached',
      explanation:
        'The connection failed, or broke. The network between this server and LivePerson has to be looked at.',
      status: 502,
    };
  }
  return OUT_OF_ORDER;
}
