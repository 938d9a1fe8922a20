import type { ConfigurationErrorCode } from './configuration-error.ts';
import type { DomainDiscoveryErrorCode } from './domain-discovery-error.ts';
import type { FaaSDetailedErrorCode, FaaSLambdaErrorCode } from './faas-detailed-error.ts';
import type { InvocationQueueErrorCode } from './invocation-queue-error.ts';
import type { SentinelOAuthErrorCode } from './sentinel-oauth-error.ts';
import type { TransportErrorCode } from './transport-error.ts';

/** One row of docs/errors.md. */
export interface ErrorCodeEntry {
  /** Class of the errors that carry the code. */
  readonly errorClass: string;
  /** What happened. */
  readonly meaning: string;
  /** When `retryable` is true on an error with this code. */
  readonly retryable: 'never' | 'always' | 'if the function cannot run again';
  /** What the person who meets it does about it. */
  readonly whatToDo: string;
}

/** Every code of this family. */
export type ErrorCode =
  | ConfigurationErrorCode
  | TransportErrorCode
  | DomainDiscoveryErrorCode
  | SentinelOAuthErrorCode
  | FaaSDetailedErrorCode
  | FaaSLambdaErrorCode
  | InvocationQueueErrorCode;

const UNLESS_RAN = 'if the function cannot run again';

/** Every code that an error of this family can carry. docs/errors.md is generated from it. */
export const ERROR_CODES: Readonly<Record<ErrorCode, ErrorCodeEntry>> = {
  INVALID_OPTION: {
    errorClass: 'ConfigurationError',
    meaning: 'An option or argument has a value that cannot work. Nothing was sent.',
    retryable: 'never',
    whatToDo: 'Correct the option that `error.option` names.',
  },
  UNKNOWN_OPTION: {
    errorClass: 'ConfigurationError',
    meaning: 'An option or argument has a name that does not exist. Nothing was sent.',
    retryable: 'never',
    whatToDo: 'Remove or correct the name; the message lists the ones that exist.',
  },
  PAYLOAD_NOT_SERIALIZABLE: {
    errorClass: 'ConfigurationError',
    meaning:
      'The payload cannot be written as JSON, or not without loss: a cycle, a BigInt, `undefined`, `NaN`, a stream, a `toJSON` that throws. Nothing was sent.',
    retryable: 'never',
    whatToDo: 'Convert the value at the path that `error.option` names.',
  },
  INSECURE_HTTP: {
    errorClass: 'ConfigurationError',
    meaning: 'A plain `http:` address beyond loopback was given. Nothing was sent.',
    retryable: 'never',
    whatToDo: 'Use `https:`, or set `allowInsecureHttp` if nothing on that path can be overheard.',
  },
  CLOSED: {
    errorClass: 'TransportError',
    meaning: 'The client or transport was closed before the call, or while it was under way.',
    retryable: 'never',
    whatToDo: 'Create a new one, or close it later. `error.executed` says whether the function may have run.',
  },
  REQUEST_INVALID: {
    errorClass: 'TransportError',
    meaning: 'The request cannot be written as HTTP: its URL or one of its headers is malformed. Nothing was sent.',
    retryable: 'never',
    whatToDo: 'Look at `error.cause`, which names the header; an authorizer of yours may have returned it.',
  },
  ABORTED: {
    errorClass: 'TransportError',
    meaning: 'The caller’s `signal` was aborted; `error.cause` is its reason.',
    retryable: 'never',
    whatToDo: 'Nothing, it was asked for. `error.executed` says whether the function may have run.',
  },
  ATTEMPT_TIMEOUT: {
    errorClass: 'TransportError',
    meaning: 'One request took longer than `timeoutMs`.',
    retryable: UNLESS_RAN,
    whatToDo: 'Give it more time (a function may run 30 s), or look at the network between.',
  },
  DEADLINE_EXCEEDED: {
    errorClass: 'TransportError',
    meaning: 'The whole call, with discovery, token, attempts and waits, took longer than `deadlineMs`.',
    retryable: UNLESS_RAN,
    whatToDo: 'Look at what took the time (`waitingFor`, `attempts`), or allow more.',
  },
  REDIRECT_REFUSED: {
    errorClass: 'TransportError',
    meaning: 'The server answered with a redirect. None is ever followed, since credentials would travel along.',
    retryable: 'never',
    whatToDo: 'Find out who redirects: often a proxy or a wrong address.',
  },
  UNREACHABLE: {
    errorClass: 'TransportError',
    meaning: 'No connection came about: the name was not found, or nobody answered. Nothing was sent.',
    retryable: 'always',
    whatToDo: 'Check DNS, firewall and proxy for the host in the message.',
  },
  TLS_FAILED: {
    errorClass: 'TransportError',
    meaning: 'The TLS handshake failed. Nothing was sent.',
    retryable: 'always',
    whatToDo: 'Check the certificate chain; behind an inspecting proxy, set NODE_EXTRA_CA_CERTS.',
  },
  CONNECTION_LOST: {
    errorClass: 'TransportError',
    meaning: 'The connection broke after the request, or part of it, was sent.',
    retryable: UNLESS_RAN,
    whatToDo: 'Find out whether the function ran (its logs, the request id) before you repeat the call.',
  },
  RESPONSE_MALFORMED: {
    errorClass: 'TransportError',
    meaning: 'What came back is not HTTP, or its body could not be decoded.',
    retryable: UNLESS_RAN,
    whatToDo: 'Look at what stands between you and the host: a proxy, a captive portal.',
  },
  RESPONSE_TOO_LARGE: {
    errorClass: 'TransportError',
    meaning: 'The answer is larger than `maxResponseBytes`.',
    retryable: 'never',
    whatToDo: 'Raise the limit, or let the function answer less.',
  },
  TRANSPORT_FAILED: {
    errorClass: 'TransportError',
    meaning: 'The HTTP transport failed in a way it does not describe.',
    retryable: UNLESS_RAN,
    whatToDo: 'Look at `error.cause`; a transport of your own should reject with `TransportError` only.',
  },
  ACCOUNT_NOT_FOUND: {
    errorClass: 'DomainDiscoveryError',
    meaning: 'The Domain API does not know the account, or lists no service for it.',
    retryable: 'never',
    whatToDo: 'Check the account id (also called site id or brand id).',
  },
  SERVICE_NOT_FOUND: {
    errorClass: 'DomainDiscoveryError',
    meaning: 'The account has no service of that name.',
    retryable: 'never',
    whatToDo: 'Names are case sensitive. If `faasGW` is missing, Functions is not enabled for the account.',
  },
  HOST_REFUSED: {
    errorClass: 'DomainDiscoveryError',
    meaning: 'The Domain API named a host that is not trusted. No credential was sent to it.',
    retryable: 'never',
    whatToDo: 'If the host is right, add its suffix to `allowedHostSuffixes`. If not, somebody is lying to you.',
  },
  DISCOVERY_REFUSED: {
    errorClass: 'DomainDiscoveryError',
    meaning: 'The Domain API refused the request.',
    retryable: 'never',
    whatToDo: 'Check the account id and the discovery URL.',
  },
  DISCOVERY_UNAVAILABLE: {
    errorClass: 'DomainDiscoveryError',
    meaning: 'The Domain API is throttling or out of order, also after repeats.',
    retryable: 'always',
    whatToDo: 'Try later, or give the hosts yourself with `domains`.',
  },
  DISCOVERY_UNREADABLE: {
    errorClass: 'DomainDiscoveryError',
    meaning: 'The Domain API answered something that is not a list of services.',
    retryable: 'never',
    whatToDo: 'Check the discovery URL, and whether a proxy answers in its place.',
  },
  GRANT_REFUSED: {
    errorClass: 'SentinelOAuthError',
    meaning: 'Sentinel refused to issue a token; `oauthError` says why, in the words of RFC 6749.',
    retryable: 'never',
    whatToDo:
      '`invalid_client`: check client id, secret and account; a user’s refresh token is kept meanwhile. `invalid_grant`: log in again. ' +
      '`unauthorized_client`: have the grant added to the app installation. Others: see the hint.',
  },
  SENTINEL_UNAVAILABLE: {
    errorClass: 'SentinelOAuthError',
    meaning: 'Sentinel is throttling or out of order, also after repeats.',
    retryable: 'always',
    whatToDo: 'Try later; tokens that still live go on working meanwhile.',
  },
  SENTINEL_UNREADABLE: {
    errorClass: 'SentinelOAuthError',
    meaning: 'Sentinel answered something that is not a token response.',
    retryable: 'never',
    whatToDo: 'Check whether a proxy answers in its place.',
  },
  AUTHORIZER_FAILED: {
    errorClass: 'SentinelOAuthError',
    meaning:
      'A function that you supplied (authorizer, secret, token, token source) threw, or returned something else than it should.',
    retryable: 'never',
    whatToDo: 'Look at `error.cause`.',
  },
  LOCK_LOST: {
    errorClass: 'SentinelOAuthError',
    meaning: 'A token store refused a write, because another owner has taken the lock since.',
    retryable: 'always',
    whatToDo: 'Nothing: the other owner’s tokens are the current ones, and the next call reads them.',
  },
  CALLBACK_INVALID: {
    errorClass: 'SentinelOAuthError',
    meaning: 'The address a browser came back with is no answer to a login: a parameter is missing or doubled.',
    retryable: 'never',
    whatToDo: 'Leave the pending login as it is, anybody can open such an address; let the user log in again.',
  },
  STATE_MISMATCH: {
    errorClass: 'SentinelOAuthError',
    meaning: 'The `state` of a callback is missing, or not that of the pending login: it may be forged.',
    retryable: 'never',
    whatToDo: 'Leave the pending login as it is, use nothing of the callback; let the user log in again.',
  },
  LOGIN_REFUSED: {
    errorClass: 'SentinelOAuthError',
    meaning: 'Sentinel ended the login with an error; `oauthError` and `oauthErrorDescription` say why.',
    retryable: 'never',
    whatToDo: 'Forget the pending login. `access_denied`: the user said no. Others: check the app installation.',
  },
  LOGIN_REQUIRED: {
    errorClass: 'SentinelOAuthError',
    meaning: 'There is no refresh token that can still be used for this user.',
    retryable: 'never',
    whatToDo: 'Send the user through the login again, and keep the tokens that come of it.',
  },
  TOKEN_INVALID: {
    errorClass: 'SentinelOAuthError',
    meaning: 'A token did not pass verification: signature, algorithm, issuer, audience, times or nonce.',
    retryable: 'never',
    whatToDo:
      'Do not use it. The message names the check; compare client id, account id and `issuer`. This machine’s clock counts only where Sentinel sends no `Date`.',
  },
  KEY_UNAVAILABLE: {
    errorClass: 'SentinelOAuthError',
    meaning: 'Sentinel publishes no key that fits a token, so that its signature can be neither confirmed nor denied.',
    retryable: 'always',
    whatToDo: 'Try later: keys may have been rotated a moment ago. Until then the token proves nothing.',
  },
  STORE_FAILED: {
    errorClass: 'SentinelOAuthError',
    meaning: 'The token store could not be locked or read, and a refresh token must not be spent without it.',
    retryable: 'always',
    whatToDo: 'Look at `error.cause`: the store’s disk or server.',
  },
  STORE_UNSAFE: {
    errorClass: 'SentinelOAuthError',
    meaning: 'A token file or its folder could be read or replaced by others: a symlink, a foreign owner, a wide mode.',
    retryable: 'never',
    whatToDo: 'Correct owner and mode (folder 0700, file 0600) of the path in the message, or choose another.',
  },
  STORE_CORRUPTED: {
    errorClass: 'SentinelOAuthError',
    meaning:
      'What a store holds for these tokens cannot be read. Nothing was deleted: a file was renamed, to what the message says; a value in Redis was left as it is.',
    retryable: 'never',
    whatToDo: 'Find out what wrote to it. The user has to log in again, unless you can repair it.',
  },
  STORE_KEY_UNKNOWN: {
    errorClass: 'SentinelOAuthError',
    meaning:
      'The tokens in the store are sealed with a key that is not among `encryptionKeys`. They were left as they are.',
    retryable: 'never',
    whatToDo: 'Give the key with the id in the message again. Nobody was logged out; without the key they would be.',
  },
  BAD_REQUEST: {
    errorClass: 'FaaSDetailedError',
    meaning: 'The platform could not read the call (HTTP 400).',
    retryable: 'never',
    whatToDo: 'Check payload, headers and ids.',
  },
  UNAUTHORIZED: {
    errorClass: 'FaaSDetailedError',
    meaning: 'The token was refused, and so was a freshly renewed one (HTTP 401).',
    retryable: 'never',
    whatToDo: 'Check that the app belongs to this account and is enabled.',
  },
  FORBIDDEN: {
    errorClass: 'FaaSDetailedError',
    meaning: 'The token is good but may not do this (HTTP 403).',
    retryable: 'never',
    whatToDo: 'An app needs the scope `faas.lambda.invoke`, a user the permission FaaS-Invocation.',
  },
  NOT_FOUND: {
    errorClass: 'FaaSDetailedError',
    meaning: 'There is no such function, or it is not deployed (HTTP 404).',
    retryable: 'never',
    whatToDo: 'Check the id, the account, and that the function’s state is Productive.',
  },
  PAYLOAD_TOO_LARGE: {
    errorClass: 'FaaSDetailedError',
    meaning: 'The platform does not take a body of that size (HTTP 413).',
    retryable: 'never',
    whatToDo: 'Send less; the message says how much was sent.',
  },
  THROTTLED: {
    errorClass: 'FaaSDetailedError',
    meaning: 'Too many calls (HTTP 429), also after repeats.',
    retryable: UNLESS_RAN,
    whatToDo: 'Send fewer at once; `retryAfterMs` says how long to wait, where the platform said so.',
  },
  REQUEST_REFUSED: {
    errorClass: 'FaaSDetailedError',
    meaning: 'The platform answered with a status that none of the other codes covers.',
    retryable: UNLESS_RAN,
    whatToDo: 'Look at `status`, `platformCode` and `platformMessage`.',
  },
  PLATFORM_FAILURE: {
    errorClass: 'FaaSDetailedError',
    meaning: 'The platform failed (HTTP 500 and the like). The function may have run.',
    retryable: UNLESS_RAN,
    whatToDo: 'Find out whether it ran before you repeat the call; tell LivePerson the request id.',
  },
  PLATFORM_UNAVAILABLE: {
    errorClass: 'FaaSDetailedError',
    meaning: 'The platform is out of order for the moment (HTTP 408, 502, 503, 504). The function may have run.',
    retryable: UNLESS_RAN,
    whatToDo: 'Find out whether it ran before you repeat the call, or mark calls that may run twice as `idempotent`.',
  },
  RESPONSE_UNREADABLE: {
    errorClass: 'FaaSDetailedError',
    meaning: 'The platform said the call succeeded, but its answer cannot be read: HTML, or broken JSON.',
    retryable: 'never',
    whatToDo: 'The function has probably run. Look for a proxy that rewrites answers.',
  },
  RESULT_MISMATCH: {
    errorClass: 'FaaSDetailedError',
    meaning: 'The function ran, but its result does not fit the schema of the call.',
    retryable: 'never',
    whatToDo: 'Correct the function or the schema; the raw result is on the error, not enumerable.',
  },
  FUNCTION_THREW: {
    errorClass: 'FaaSLambdaError',
    meaning: 'The function threw, or reported an error through its callback.',
    retryable: 'never',
    whatToDo: 'Tell the author of the function; `platformMessage` is what it said.',
  },
  FUNCTION_CRASHED: {
    errorClass: 'FaaSLambdaError',
    meaning: 'The function ended with an uncaught error.',
    retryable: 'never',
    whatToDo: 'Tell the author of the function to look at its logs.',
  },
  FUNCTION_TIMED_OUT: {
    errorClass: 'FaaSLambdaError',
    meaning: 'The function ran longer than it may (30 s).',
    retryable: 'never',
    whatToDo: 'Let it answer sooner, or check that it always settles.',
  },
  FUNCTION_LOG_LIMIT: {
    errorClass: 'FaaSLambdaError',
    meaning: 'The function wrote more log lines than it may.',
    retryable: 'never',
    whatToDo: 'Let it log less.',
  },
  FUNCTION_FAILED: {
    errorClass: 'FaaSLambdaError',
    meaning: 'The function failed in another way (HTTP 901 without a known code).',
    retryable: 'never',
    whatToDo: 'Look at `platformCode`, `platformMessage` and the function’s logs.',
  },
  QUEUE_UNAVAILABLE: {
    errorClass: 'InvocationQueueError',
    meaning:
      "Redis could not be reached, did not answer in time, or is not ready. With `executed: 'maybe'` the command was under way: an item may have been added.",
    retryable: UNLESS_RAN,
    whatToDo: 'Look at Redis. Enqueue again with the same `key`: an item that was added is not added twice.',
  },
  QUEUE_REFUSED: {
    errorClass: 'InvocationQueueError',
    meaning: 'Redis refused the command: rights, a key of another kind, a version that is too old.',
    retryable: 'never',
    whatToDo: 'Look at the message, which holds the words of Redis.',
  },
  QUEUE_CLOSED: {
    errorClass: 'InvocationQueueError',
    meaning: 'The queue or worker was closed before the call.',
    retryable: 'never',
    whatToDo: 'Create a new one, or close it later.',
  },
  ITEM_NOT_FOUND: {
    errorClass: 'InvocationQueueError',
    meaning: 'The queue has no item with this id: it was never added, was discarded, or is done and no longer kept.',
    retryable: 'never',
    whatToDo: 'Check the id and the name of the queue; keep what is done for longer (`keepDone`).',
  },
  ITEM_NOT_DEAD: {
    errorClass: 'InvocationQueueError',
    meaning: 'Only a dead letter can be retried or discarded, and this item is none: it waits, runs or is done.',
    retryable: 'never',
    whatToDo: 'Nothing, or look at it with `get(id)`.',
  },
  ITEM_UNREADABLE: {
    errorClass: 'InvocationQueueError',
    meaning:
      'What Redis holds of an item cannot be read: damaged, of a later version, or sealed with a key that was not given.',
    retryable: 'never',
    whatToDo: 'Give the key that the message names, and retry the dead letter. Nothing was sent.',
  },
  DEFINITION_MISSING: {
    errorClass: 'InvocationQueueError',
    meaning: 'The item was enqueued by a definition that says what its result is, and the worker was not given it.',
    retryable: 'never',
    whatToDo: 'Give the worker the same `functions`, then retry the dead letter. Nothing was sent.',
  },
  WORKER_LOST: {
    errorClass: 'InvocationQueueError',
    meaning: 'A worker ended, or lost its claim, while its call was under way: nobody knows whether the function ran.',
    retryable: 'never',
    whatToDo: 'Find out whether it ran (its logs, the item’s payload), then retry or discard the dead letter.',
  },
  OUTCOME_PENDING: {
    errorClass: 'InvocationQueueError',
    meaning: 'The item was not done when the time to wait for it was over. It goes on.',
    retryable: 'always',
    whatToDo: 'Wait again, or longer.',
  },
};
