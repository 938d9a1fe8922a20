/**
 * What ours says to each thing that users ask for, by its number, in words, with the tests that show it. Tests are named as in our-features.mjs.
 *
 * @type {Readonly<Record<string, { answer: string, shown: readonly (readonly [file: string, title: string])[] }>>}
 */
export const OUR_ANSWERS = {
  U1: {
    answer:
      'One request for all who wait, joined by late comers, per account, app, user, scope and server; a failure is thrown to all and not kept.',
    shown: [
      ['client: contract/tokens', 'J1: a crowd at the moment of expiry asks for one new token'],
      ['sentinel-oauth: contract/token-renewal', 'a first failure is thrown to all who wait, and not kept'],
    ],
  },
  U2: {
    answer:
      'Stores have a lock with a fence: one process refreshes, the others adopt what it left, and a late write of one that was overtaken is refused. File and Redis stores come along.',
    shown: [
      ['sentinel-oauth: contract/shared-file-store', 'one refresh request, 50 successes'],
      ['sentinel-oauth: contract/token-store', 'a write with an older fence is refused: LOCK_LOST'],
    ],
  },
  U3: {
    answer:
      '`lpfn` keeps token and hosts, in files of mode 0600, with no secret in their names; `--no-cache` and `lpfn logout`.',
    shown: [
      ['cli: contract/lpfn-cache', 'a second invoke is one HTTP request'],
      ['cli: contract/lpfn-cache', '--no-cache uses nothing and leaves nothing'],
      ['cli: contract/lpfn-identity', 'logout --local removes them here only'],
    ],
  },
  U4: {
    answer:
      'Nothing is kept in a module. Each identity has tokens and back-off of its own, also where identities share a store.',
    shown: [
      ['client: contract/identities', 'identities that share a token store do not share tokens'],
      ['client: contract/identities', 'a 401 of one identity renews that one alone'],
      [
        'sentinel-oauth: contract/user-tokens',
        'many accounts, apps and users in one store never get each other’s tokens',
      ],
    ],
  },
  U5: {
    answer:
      'An app’s token is always granted anew; a refresh token that should come along is ignored. Of a user’s, only `invalid_grant` ends the login.',
    shown: [
      ['sentinel-oauth: contract/client-credentials', 'C5: a refresh token that comes along is neither kept nor used'],
      [
        'sentinel-oauth: contract/user-tokens',
        'whose refresh token is refused: told once, no loop, and no one else sends it',
      ],
    ],
  },
  U6: {
    answer:
      'Two windows in proportion to the token’s life: soft (last fifth, 5 min at most), hard (last twentieth, 30 s at most). No jitter: one renewal at a time across processes does its work where they share a store.',
    shown: [
      [
        'sentinel-oauth: unit/token-judgement',
        'never goes back with age, and leaves at least four fifths of a life fresh',
      ],
      [
        'sentinel-oauth: contract/token-renewal',
        'soft: the old token is served while one renewal runs in the background',
      ],
    ],
  },
  U7: {
    answer:
      'Lives are counted on the monotonic clock from before the request; where a moment has to be compared, the server’s `Date` header is.',
    shown: [
      [
        'sentinel-oauth: contract/sentinel-answers',
        'a clock that is hours %s changes no lifetime, be it a span or a moment',
      ],
      [
        'sentinel-oauth: unit/server-time',
        'is ours until it is known, goes on with ours, and is learned anew with every answer',
      ],
    ],
  },
  U8: {
    answer:
      'One renewal for all who were refused, one repeat each, by what was rejected and not by when. Many 401 in a row slow renewals down, to one a minute.',
    shown: [
      [
        'client: contract/tokens',
        'J6: a permanent 401 ends in a typed error after one renewal, and does not become a loop',
      ],
      [
        'sentinel-oauth: unit/token-judgement',
        'lets three renewals pass at once, then fewer and fewer, down to one a minute',
      ],
    ],
  },
  U9: {
    answer:
      'Every background promise is watched; its failure is an event, and nothing else as long as the old token lives.',
    shown: [
      ['client: contract/tokens', 'J3: a Sentinel that never answers is not noticed either'],
      ['sentinel-oauth: contract/token-source', 'a logger and a listener that throw or reject change nothing'],
    ],
  },
  U10: {
    answer: '`signal` on every method, at every stage, and nothing is sent after it.',
    shown: [
      ['client: contract/aborts', 'before it starts: nothing is sent at all (%s)'],
      ['client: contract/aborts', 'one caller’s signal does not end what others wait for'],
    ],
  },
  U11: {
    answer: 'A call that may have run is repeated only with `idempotent: true`; every error says `executed`.',
    shown: [
      ['client: contract/retries', 'J19: a function that answers 500 runs once (%s)'],
      ['client: contract/stress', 'J19: … invocations through a storm, on %s'],
    ],
  },
  U12: {
    answer:
      '`timeoutMs` for an attempt, `deadlineMs` for the call with discovery, token, attempts and waits; both on every hop, trickling bodies included.',
    shown: [
      ['client: contract/deadlines', 'J9: the deadline ends a call whose %s is silent'],
      ['client: contract/deadlines', 'J9: an answer that never ends is ended by the attempt’s limit'],
    ],
  },
  U13: {
    answer:
      'One policy, [written down](faults.md) and tested row by row; its numbers are options; `onEvent` tells of every attempt and wait; `Retry-After` is read in both forms.',
    shown: [
      ['client: contract/fault-matrix', 'J19, J20, J26, J41, K8: the fault matrix on %s'],
      ['client: contract/retries', 'the numbers of the policy can be set'],
    ],
  },
  U14: {
    answer:
      'With `idempotent`, one key for each logical call on all its attempts, where the function can read it; the caller’s own key wins.',
    shown: [
      ['client: contract/retries', 'the caller’s own key and id win, however the key is written'],
      ['client: contract/retries', 'two calls have two keys, and a call that is not idempotent has none'],
    ],
  },
  U15: {
    answer:
      'A connection that died meanwhile is replaced, a call repeated only if no byte of it left; a gateway that moved is looked up again within the call. The age of a busy connection has no bound (row 92).',
    shown: [
      ['http: contract/transport-answers', 'that the server closed in between are replaced, and nothing fails'],
      [
        'client: contract/moved-gateway',
        'a gateway that has moved is found within the call, since nothing had been sent',
      ],
    ],
  },
  U16: {
    answer: '`proxy` is an option, on every hop; `lpfn` reads `HTTPS_PROXY` and `NO_PROXY`. Errors name the proxy.',
    shown: [
      ['client: contract/proxies', 'a whole call goes through the proxy to the hosts of the real platform'],
      ['cli: contract/lpfn-proxy', 'a proxy that is not there is named in the error'],
    ],
  },
  U17: {
    answer:
      'Secrets are scrubbed from whatever a server says, in every spelling; a test searches every error, log line and event for them, and another one that search.',
    shown: [
      ['client: contract/leaks', 'J39, K2: on %s, with servers that echo the request'],
      ['http: unit/redaction', 'removes any secret from any text, in the spellings of the platform'],
    ],
  },
  U18: {
    answer: 'No message is a format.',
    shown: [
      [
        'client: contract/invoking-peers',
        'J38, J40, J45: a refusal full of % is told as it is, in words, and can be written as JSON',
      ],
    ],
  },
  U19: {
    answer: 'Guards go by a brand, not by class.',
    shown: [['errors: unit/error-brand', '%s is recognised by the other copy, though it is no instance of its class']],
  },
  U20: {
    answer: 'A JavaScript value goes in, the function’s value comes out. No raw bytes: the platform has none.',
    shown: [['client: contract/inputs', 'what is sent is what the function gets']],
  },
  U21: {
    answer:
      '`unknown` until you say otherwise; a Standard Schema (zod, valibot, …) for payload and result; errors keep status, code, message and logs.',
    shown: [
      ['client: types/results', 'are unknown until somebody says what they are'],
      ['faas-invoker: contract/typed-calls', 'payload and result are what the validators make of them'],
    ],
  },
  U22: {
    answer:
      'One ES-module build that `import` and, on Node 20.19 or later, `require` load; types and entry points are checked on the packed file.',
    shown: [
      ['tools/consumer/run.mjs', 'import and require of'],
      ['scripts: package-rules', 'misses a file that package.json names'],
    ],
  },
  U23: {
    answer:
      'No: Node only (row 133). Whoever needs another runtime gives an `HttpTransport` of their own, one method and `close`.',
    shown: [['http: unit/transport-guard', 'hands request and response on']],
  },
  U24: {
    answer: 'Timers run only while something is under way; `close()` ends everything that the client opened.',
    shown: [
      ['http: unit/coarse-timer', 'ticks only while something is scheduled'],
      ['client: contract/identities', 'the first one’s ends every connection; what is used afterwards says CLOSED'],
    ],
  },
  U25: {
    answer:
      'The emulator, in-process, with a vitest fixture: real sockets instead of mocks, and what was sent can be asked for.',
    shown: [
      ['emulator: contract/vitest-fixture', 'starts an emulator with the given options, prepared'],
      ['emulator: contract/scripting', 'verifies a number of requests, and says what there was instead'],
    ],
  },
  U26: {
    answer:
      'It checks tokens, scopes, permissions, redirect URIs, PKCE and rotation, and is the same for LivePerson’s own client, unmodified.',
    shown: [
      [
        'emulator: contract/gateway',
        'B10: 401 without a token, with an unknown, an expired, a revoked or a foreign one',
      ],
      ['emulator: contract/official-client', 'B2: liveperson-functions-client 2.2.0, unmodified, on %s'],
    ],
  },
  U27: {
    answer: 'OpenTelemetry spans and metrics where its API is given, `traceparent` on the wire, through the queue too.',
    shown: [
      [
        'faas-invoker: contract/telemetry',
        'a span for the call, one for each attempt below it, and its context on the wire',
      ],
      [
        'invocation-queue: contract/queue-telemetry',
        'one trace from who enqueued to the call: send, process below it, and the invoker’s own span below that',
      ],
    ],
  },
  U28: {
    answer: '7 says that the function failed, 6 that the platform refused, and so on.',
    shown: [
      ['cli: contract/lpfn-invoke', 'says with code 7 that the function failed, and what it said'],
      ['cli: contract/official-cli-defects', 'C1: %s ends with an exit code of its own, and nothing on stdout'],
    ],
  },
  U29: {
    answer: '`--data TEXT`, `--data @file`, `--data -`; standard input is read for nothing else.',
    shown: [
      ['cli: contract/lpfn-invoke', 'reads the payload from a file, and from standard input only for -'],
      ['cli: contract/lpfn-habits', 'C9: a closed standard input ends the waiting for it'],
    ],
  },
  U30: {
    answer: 'The answer on stdout, everything else on stderr, progress and `--verbose` included.',
    shown: [
      ['cli: contract/lpfn-invoke-forms', '--verbose leaves stdout to the answer, and shows what failed, too'],
      ['cli: contract/lpfn-batch', 'answers one outcome a line on stdout, and talks on stderr'],
    ],
  },
  U31: {
    answer:
      'Credentials from environment, standard input or key store, never a flag; `--no-input`; `lpfn login --paste` for machines without a browser.',
    shown: [
      ['cli: contract/official-cli-defects', 'C8: no flag of any command takes a secret'],
      ['cli: contract/lpfn-habits', 'are not asked with --no-input'],
      ['cli: contract/lpfn-login', 'listens on no port, and goes on after something that is no answer'],
    ],
  },
  U32: {
    answer:
      'In the system’s key store where there is one, else in a file of mode 0600 with a notice; `lpfn config` and `lpfn whoami` say where each value is from.',
    shown: [
      [
        'cli: contract/lpfn-keychain',
        'the secret goes to a file that only its owner can read, with a notice, also when D-Bus is not there',
      ],
      ['cli: contract/lpfn-profile', 'shows each value and where it came from; no secret, and no password of a proxy'],
    ],
  },
  U33: {
    answer:
      'The redirect URI is the one that is registered, port included; a taken port is named before a browser opens; pasting is the way out.',
    shown: [
      ['cli: contract/lpfn-login', 'a port that is in use is named, with what to do, before any browser opens'],
      ['cli: contract/lpfn-login', 'is what is left for a redirect URI beyond this machine'],
    ],
  },
  U34: {
    answer:
      'The last list is served for as long as the outage lasts, with a warning event, and hosts that are no longer trusted are not; a store carries it over restarts.',
    shown: [
      ['client: contract/discovery', 'J12: a refresh that fails with %s leaves the last list in use'],
      ['domain-discovery: contract/discovery-cache', 'but never a host that is no longer trusted'],
    ],
  },
  U35: {
    answer:
      '`invokeEach`: bounded lanes, a rate, and one slow-down for all after a 429; outside of tokens and hosts. Nothing hangs when it is left early.',
    shown: [
      [
        'faas-invoker: contract/invoke-each',
        '429: all lanes slow down together, recover, and every item comes through, with one run each',
      ],
      ['faas-invoker: contract/invoke-each', 'a loop that is left early lets the calls under way end'],
    ],
  },
  U36: {
    answer: 'Clients that are given the same token store share tokens; `withAuth` shares hosts and connections.',
    shown: [
      [
        'sentinel-oauth: contract/token-store',
        'the same app on the same account shares one token, obtained once for all',
      ],
      ['client: contract/identities', 'identities share discovery, and never a token'],
    ],
  },
};
