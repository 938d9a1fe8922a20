/** Who has to act, in the words of a page. */
export type Responsible = 'function' | 'platform' | 'network' | 'caller' | 'server';

/** What is said of a failure. */
export interface FailureWords {
  readonly title: string;
  readonly explanation: string;
  /** Where it is not whoever the error names. */
  readonly responsible?: Responsible | undefined;
  /** HTTP status for a page that shows nothing else. */
  readonly status: number;
}

const FUNCTION_TITLES: Readonly<Record<string, string>> = {
  FUNCTION_TIMED_OUT: 'The function took too long',
  FUNCTION_CRASHED: 'The function crashed',
  FUNCTION_LOG_LIMIT: 'The function logged too much',
};

const OUT_OF_ORDER: FailureWords = {
  title: 'LivePerson Functions is out of order',
  explanation: 'The platform could not do what it was asked. Neither the function nor this server is at fault.',
  status: 502,
};

const UNREACHABLE: FailureWords = {
  title: 'LivePerson cannot be reached',
  explanation: 'The connection failed, or broke. The network between this server and LivePerson has to be looked at.',
  status: 502,
};

/** Codes that a user can do something about, or that should not be taken for another. */
const BY_CODE: Readonly<Record<string, FailureWords>> = {
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
  'FORBIDDEN to the server': {
    title: 'This server may not do this',
    explanation: 'Its application installation lacks a permission, or the function is not open to it.',
    responsible: 'server',
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
  QUEUE_UNAVAILABLE: {
    title: 'The queue is out of order',
    explanation: 'This server’s own queue cannot be reached. Calls that are in it already are kept.',
    responsible: 'server',
    status: 503,
  },
  WORKER_LOST: {
    title: 'The answer got lost',
    explanation: 'The process that made the call ended in the middle of it. It is not made a second time by itself.',
    responsible: 'server',
    status: 502,
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
 * The words for a failure of the platform.
 *
 * @param failure - `name` of the error's class, its `code`, and what an OAuth server called it; `fault`:
 *   who has to act, unless the words know better.
 */
export function wordsFor(failure: {
  readonly name: string;
  readonly code: string;
  readonly oauthError?: string | undefined;
  readonly fault: Responsible;
}): FailureWords & { readonly responsible: Responsible } {
  const words = chosen(failure.name, failure.code, failure.oauthError);
  return { ...words, responsible: words.responsible ?? failure.fault };
}

function chosen(name: string, code: string, oauthError = ''): FailureWords {
  if (name === 'FaaSLambdaError') {
    return {
      title: FUNCTION_TITLES[code] ?? 'The function failed',
      explanation:
        'The function was called, and failed by itself: LivePerson and this server did their part. Its author can help.',
      status: 502,
    };
  }
  const words = BY_CODE[`${code} ${oauthError}`] ?? BY_CODE[code];
  if (words !== undefined) return words;
  return name === 'TransportError' ? UNREACHABLE : OUT_OF_ORDER;
}
