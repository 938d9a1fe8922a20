/**
 * What ours says to each row of the matrix, by its number: Y with the tests that show it, P with them and the reason, N with the reason. A test is named by its file,
 * as docs/defects.md calls it (or by its path, where it is none of a package), and by its title; of a title that is computed, `…` stands for
 * the computed parts.
 *
 * @type {Readonly<Record<number, { answer: 'Y' | 'P' | 'N', why?: string, shown?: readonly (readonly [file: string, title: string])[] }>>}
 */
export const OUR_FEATURES = {
  // Discovery
  1: yes(['domain-discovery: contract/discovery-cache', 'asks with version=1.0 and accept, and with no credential']),
  2: yes(['client: contract/discovery', 'discovery itself is asked over https, and the secret goes nowhere near it']),
  3: yes(['client: contract/discovery', 'over a socket: no token request is made when the gateway is a stranger']),
  4: yes(['domain-discovery: contract/discovery-cache', 'has a time to live: %s']),
  5: yes(
    [
      'client: contract/accounts',
      'J29, J33: clients of several accounts at once: each has hosts, token, path and answers of its own',
    ],
    [
      'domain-discovery: contract/domain-store',
      'C10: an account never gets the hosts of another, nor one server those of another',
    ],
  ),
  6: yes([
    'domain-discovery: contract/discovery-cache',
    'J1: 1,000 concurrent first look-ups of different services make one request, on a slow server too',
  ]),
  7: yes(
    [
      'domain-discovery: contract/discovery-cache',
      'J12: a refresh that fails after the time to live serves the last known list',
    ],
    ['domain-discovery: contract/discovery-cache', 'asks again every 30 s while it lasts, and recovers'],
  ),
  8: yes(
    ['domain-discovery: contract/discovery-cache', 'J13: an unknown account is cached for 30 s: %s'],
    [
      'domain-discovery: contract/discovery-cache',
      'J13: an unknown service is cached for 30 s, and found when it appears',
    ],
  ),
  9: yes([
    'domain-discovery: contract/discovery-cache',
    'a list is renewed by one request, while its callers go on with the one they have',
  ]),
  10: yes([
    'domain-discovery: contract/discovery-cache',
    'J9: a silent Domain API ends in the deadline of each caller',
  ]),
  11: yes(['domain-discovery: contract/discovery-hosts', 'static domains are never looked up']),
  12: yes(['client: contract/discovery', 'as the emulator names them, on %s']),
  13: yes(['client: contract/discovery', 'J16: a gateway named %s is %s']),
  14: yes(['faas-invoker: contract/faas-invoker', 'J16: the generation can be forced']),
  15: yes(
    ['cli: contract/lpfn', 'lists services and hosts, tab separated'],
    ['cli: contract/lpfn-doctor', 'walks all stages, and changes and runs nothing'],
  ),
  16: yes(['client: contract/discovery', 'K4: a list with %s is read']),

  // OAuth grants and token lifecycle
  17: yes(['sentinel-oauth: contract/client-credentials', 'C7: appTokenVersion %s asks %s']),
  18: yes(['sentinel-oauth: contract/code-flow', 'from the address to verified tokens, with state and PKCE S256']),
  19: yes(
    ['sentinel-oauth: contract/code-flow', 'a code is worth nothing with another verifier, and nothing twice'],
    [
      'sentinel-oauth: unit/login-callback',
      'whatever comes: no crash, typed errors only, and no code without the state',
    ],
  ),
  20: yes(['sentinel-oauth: contract/code-flow', 'refresh rotates; what did not come anew is kept']),
  21: yes(
    [
      'sentinel-oauth: contract/user-tokens',
      'is renewed every 30 min in the background, each time with the newest refresh token',
    ],
    ['client: contract/observers', 'every attempt and every token is told, with what a log needs and no more'],
  ),
  22: yes([
    'sentinel-oauth: contract/client-credentials',
    'C5: a refresh token that comes along is neither kept nor used',
  ]),
  23: yes(['sentinel-oauth: contract/user-logins', 'is revoked by its newest refresh token, and forgotten']),
  24: yes(['sentinel-oauth: contract/token-store', 'keeps, replaces and removes tokens by key, and hands out copies']),
  25: yes(
    [
      'sentinel-oauth: contract/token-renewal',
      'J1, K11: 1,000 concurrent first calls make one token request, on a slow server too',
    ],
    ['sentinel-oauth: contract/token-renewal', 'J1: at the moment of expiry 1,000 callers make one request'],
  ),
  26: yes(
    [
      'sentinel-oauth: contract/token-renewal',
      'soft: the old token is served while one renewal runs in the background',
    ],
    ['sentinel-oauth: contract/token-renewal', 'hard: all callers wait for the one renewal'],
  ),
  27: yes([
    'sentinel-oauth: contract/token-renewal',
    'J2: a token of %d s is reused by a burst, until its soft window',
  ]),
  28: yes(['client: contract/tokens', 'J3: Sentinel failing with %s is not noticed']),
  29: yes(
    ['client: contract/tokens', 'J4: an opaque token is good, its life told by %s'],
    ['client: contract/tokens', 'J5: a JWT with %s does not live for ever'],
  ),
  30: yes(
    ['sentinel-oauth: contract/token-renewal', 'K13: a wall clock that jumps forwards or backwards changes nothing'],
    [
      'sentinel-oauth: contract/token-verification',
      'a clock of this machine that is hours %s changes no verdict: the Date header tells',
    ],
  ),
  31: yes(['client: contract/tokens', 'J6: a 401 leads to one renewal for all waiting callers, and one repeat each']),
  32: yes([
    'sentinel-oauth: contract/token-renewal',
    'a late rejection of a token that was replaced meanwhile renews nothing',
  ]),
  33: yesWith('`forget()` of a token source; a gateway that answers 401 forces one by itself', [
    'sentinel-oauth: contract/token-source',
    'a renewal that was under way at forget() serves who waits for it, and is not kept',
  ]),
  34: yes(
    ['sentinel-oauth: contract/token-renewal', 'backs off 5 s, doubling to 60 s, however many call'],
    ['client: contract/tokens', 'J7: a grant that is refused is not asked for again with every call'],
  ),
  35: yes([
    'sentinel-oauth: contract/foreign-tokens',
    'is asked for every attempt, with method, URL and what was rejected',
  ]),
  36: partly(
    'in `lpfn`: flags, environment, profile, key store. The packages take what they are given and look nowhere, by design',
    [
      'cli: unit/settings',
      'the secret is that of the variable, else the one that is kept for this app, account and server',
    ],
  ),
  37: yes([
    'sentinel-oauth: contract/token-store',
    'the same app on the same account shares one token, obtained once for all',
  ]),
  38: yes(
    [
      'sentinel-oauth: contract/file-token-store',
      'nothing is made before something is written; then folder 0700, files 0600',
    ],
    [
      'sentinel-oauth: contract/shared-file-store',
      'kill -9 at random points during 200 writes: the file always parses, and holds the old or the new tokens',
    ],
  ),
  39: yes(
    ['sentinel-oauth: contract/shared-file-store', 'one refresh request, 50 successes'],
    [
      'token-store-redis: contract/shared-tokens',
      '… processes, one account, … lifetimes of … s: one token request per lifetime in all',
    ],
  ),
  40: yes([
    'sentinel-oauth: contract/client-credentials',
    'scope is sent only if given, and what was granted is told if Sentinel says so',
  ]),
  41: partly(
    'LivePerson keeps DPoP to its own services. A custom authorizer makes a proof for each attempt; we make none ourselves',
    [
      'sentinel-oauth: contract/user-tokens',
      'J10: a custom authorizer makes a fresh proof for every attempt, with the method in upper case and the whole URL',
    ],
  ),
  42: yes([
    'sentinel-oauth: contract/client-credentials',
    'J9: a silent Sentinel ends in the deadline, and a signal ends the call',
  ]),

  // Invocation
  43: yes(['faas-invoker: contract/faas-invoker', 'a call by UUID arrives as LivePerson’s own client sends it']),
  44: yes([
    'faas-invoker: contract/emulated-functions',
    'by event: every listener in turn, each with payload and headers',
  ]),
  45: yes(['client: contract/conveniences', 'a function is invoked by its name, which is looked up once for all']),
  46: yes(['faas-invoker: contract/emulated-functions', 'a skill picks its listeners']),
  47: yes(
    ['faas-invoker: contract/faas-invoker', 'the list of an event’s listeners'],
    ['faas-invoker: contract/typed-calls', 'by event, each listener’s result is validated'],
  ),
  48: yes([
    'client: contract/implemented',
    'J36, K12: ten at once are one request, and for a minute no further one, yes and no alike',
  ]),
  49: yes(
    ['client: contract/implemented', 'J32: an answer for a skill is none for another, nor for the event'],
    ['http: unit/loading-cache', 'J34: however many keys, it stays bounded'],
    ['client: contract/implemented', 'J35: an answer can be asked for anew'],
  ),
  50: yes(['client: types/results', 'take the documented options and no others']),
  51: yes(['client: types/results', 'are what the caller says']),
  52: yes([
    'faas-invoker: contract/typed-calls',
    'a result that does not fit: the function ran, and what came is at hand but in no log',
  ]),
  53: yes(
    ['client: contract/answers', 'with %s gives its value'],
    ['client: contract/answers', 'with 204 gives undefined'],
  ),
  54: yes(['client: contract/retries', 'J20: a function that is slower than timeoutMs runs once (%s)']),
  55: yes(
    ['client: contract/deadlines', 'J9: the deadline ends a call whose %s is silent'],
    ['client: contract/deadlines', 'the wait before a repeat counts, too'],
  ),
  56: yes(
    ['client: contract/aborts', 'during the request to %s'],
    ['client: contract/aborts', 'while it waits for its repeat'],
  ),
  57: yes(
    ['faas-invoker: contract/asking', 'a listing has every filter, source, user and request id'],
    [
      'faas-invoker: contract/faas-invoker',
      'K16: sources, skills, users and request ids arrive as they were given, or nothing arrives',
    ],
  ),
  58: yes(['client: contract/retries', 'J47: has the same X-Request-ID, the same body and one Idempotency-Key (%s)']),
  59: yes(
    ['faas-invoker: contract/invoke-each', 'over sockets: one outcome for every item, in order, by UUID and by event'],
    [
      'faas-invoker: contract/invoke-each',
      'never more at once than lanes, and an item is taken only when its outcome can be fetched',
    ],
  ),
  60: yes(['client: contract/inputs', 'J28: ids arrive as one segment of this account’s path, or nothing is sent']),
  61: yes(['client: contract/inputs', 'J27: nothing but documented fields influences a request']),
  62: yes(['client: contract/redirects', 'J23: on %s, a redirect is refused']),
  63: partly(
    'one client for each account, by design: no option of a call can name another. As many as wanted side by side, isolated; identities of one account share hosts and connections',
    [
      'client: contract/accounts',
      'J29, J33: clients of several accounts at once: each has hosts, token, path and answers of its own',
    ],
    ['client: contract/identities', 'identities share discovery, and never a token'],
  ),
  64: yes([
    'cli: contract/lpfn-invoke-forms',
    '--dry-run shows the request and sends nothing at all, without a secret, too',
  ]),
  65: partly(
    'with a failure, where the platform sends them; it sends none with a result. The emulator has the logs of every call',
    ['client: contract/answers', 'a V1 failure brings the function’s log lines, with what is new in them'],
  ),

  // Listing
  66: yes(['client: contract/listing', 'all of them, in one shape; fields that nobody named are kept']),
  67: yes(['client: contract/listing', 'J31: every filter reaches the wire, and only those that were given']),
  68: yes(['faas-invoker: contract/asking', 'fields are what their types say, or absent; unknown ones stay']),
  69: yes(['client: contract/listing', 'all of them, in one shape; fields that nobody named are kept']),
  70: yes(['client: contract/conveniences', 'functions one by one']),
  71: yes(['client: contract/conveniences', 'waiting until a function is deployed']),
  72: yes(
    ['faas-invoker: unit/event-ids', 'every constant has its description, and every description its constant'],
    ['faas-invoker: unit/event-ids', 'others are as good, and nothing is known about them'],
  ),

  // Errors
  73: yes(['errors: unit/error-codes', 'explains every code that a class declares, and no other']),
  74: yes(['errors: unit/error-brand', '%s is recognised by the other copy, though it is no instance of its class']),
  75: yes(
    ['client: contract/fault-matrix', 'J19, J20, J26, J41, K8: the fault matrix on %s'],
    ['client: types/results', 'are told apart by guards'],
  ),
  76: yes(['faas-invoker: unit/gateway-refusal', 'J41: HTTP %i with every code, both body shapes on both generations']),
  77: yes(
    ['errors: unit/error-classes', 'is shortened to name, message and code'],
    ['errors: unit/error-classes', 'keeps every field of an error of this family, down the chain'],
  ),
  78: yes(
    ['http: contract/http-client-retries', '%s lost: executed %s, retryable %s'],
    [
      'client: contract/retries',
      'J19: an earlier attempt that may have run is not forgotten when a later one was refused',
    ],
  ),
  79: yes(
    ['client: contract/retries', 'of an hour fails at once, and says so'],
    ['errors: unit/platform-codes', '%s is the fault of the %s, retryable: %s'],
  ),
  80: yes(
    ['errors: unit/error-classes', 'shows exactly the fields that have a value'],
    ['faas-invoker: contract/faas-invoker', 'a refusal is described, with the size of what was sent'],
  ),
  81: yes(['client: contract/leaks', 'J39, K2: on %s, with servers that echo the request']),
  82: yes([
    'client: contract/invoking-peers',
    'J38, J40, J45: a refusal full of % is told as it is, in words, and can be written as JSON',
  ]),
  83: partly('a hint in the error, and every code in [errors.md](errors.md); no link in the error itself', [
    'faas-invoker: unit/gateway-refusal',
    'HTTP %i with %s: the hint fits what happened',
  ]),

  // Resilience
  84: yes(['client: contract/retries', 'a connection that never came about is repeated, for nothing ran (%s)']),
  85: yes(
    ['client: contract/retries', 'J19: a function whose connection is cut once it ran, runs once (%s)'],
    ['client: contract/retries', 'J19: with idempotent, it is the caller who allows more (%s)'],
  ),
  86: yes(['client: contract/retries', '%s is waited for'], ['http: unit/retry-after', '%j is %i ms']),
  87: yes(['http: unit/retry-policy', 'after a network failure, repeat %i, is jittered over the whole range']),
  88: yes([
    'http: contract/retry-budget',
    'is shared by the calls of a client; when it is used up, each fails with its first failure',
  ]),
  89: yes(
    ['client: contract/retries', 'the numbers of the policy can be set'],
    ['client: contract/retries', 'a call has numbers of its own, for itself alone'],
    ['client: contract/observers', 'every attempt and every token is told, with what a log needs and no more'],
  ),
  90: yes(
    [
      'faas-invoker: contract/invoke-each',
      '429: all lanes slow down together, recover, and every item comes through, with one run each',
    ],
    ['faas-invoker: contract/invoke-each', 'ratePerSecond'],
  ),
  91: yes(
    [
      'sentinel-oauth: contract/token-renewal',
      'is left alone after five failures in a row, for 1 s, doubling to 30 s; one call tries, then all go on',
    ],
    [
      'domain-discovery: contract/discovery-cache',
      'a Domain API that is out of order with no list to fall back on is left alone after five failures, for 1 s and more',
    ],
    ['sentinel-oauth: contract/token-renewal', 'backs off 5 s, doubling to 60 s, however many call'],
    ['domain-discovery: contract/discovery-cache', 'asks again every 30 s while it lasts, and recovers'],
  ),
  92: yes(
    [
      'http: contract/transport-connections',
      'one that is in use all the time is replaced after its time, and no request is lost',
    ],
    ['http: contract/transport-connections', 'also if a request waits for it all the time'],
    ['http: contract/transport-answers', 'that the server closed in between are replaced, and nothing fails'],
    [
      'client: contract/moved-gateway',
      'a gateway that has moved is found within the call, since nothing had been sent',
    ],
  ),
  93: yesWith(
    '`lpfn` reads them; the packages take them as the option `proxy`',
    [
      'cli: contract/lpfn-proxy',
      'J52: with HTTPS_PROXY, discovery, token and invocation go through it, to the hosts of the real platform',
    ],
    ['cli: contract/lpfn-proxy', 'J52: NO_PROXY is honoured'],
  ),
  94: yes(
    ['http: contract/transport-connections', 'is shown ours, by %s'],
    ['http: contract/transport-answers', 'goes over TLS to a certificate that it was told to trust'],
    ['client: contract/identities', 'a transport that was given is not closed, and carries every request'],
  ),
  95: yes(
    ['client: contract/identities', 'the first one’s ends every connection; what is used afterwards says CLOSED'],
    ['http: unit/coarse-timer', 'is kept alive while something is scheduled, and no longer'],
  ),
  96: yes(
    ['domain-discovery: contract/discovery-cache', 'forget() while a load fails leaves nothing unhandled'],
    [
      'sentinel-oauth: contract/token-source',
      'J3: a failed background renewal is tried again after 5 s, then 10 s, 20 s, and not before',
    ],
  ),

  // Observability
  97: yes(['client: contract/observers', 'every attempt and every token is told, with what a log needs and no more']),
  98: yes(
    ['faas-invoker: contract/telemetry', 'J43, K14: %s is measured once, with status and duration'],
    [
      'faas-invoker: contract/read-telemetry',
      'J43, K14: a %s that is refused is measured once, with status and duration',
    ],
  ),
  99: yes(['client: contract/observers', 'J44: listeners and loggers that %s change nothing']),
  100: partly(
    'attempts of every hop with their waits, tokens, lost logins, stale hosts; a cache hit is told by nothing',
    ['client: contract/observers', 'every attempt and every token is told, with what a log needs and no more'],
  ),
  101: yes(
    ['http: contract/http-client-observers', 'is told of attempts as debug and of repeats as info'],
    ['client: contract/leaks', 'J39, K2: on %s, with servers that echo the request'],
  ),
  102: yes([
    'faas-invoker: contract/telemetry',
    'a span for the call, one for each attempt below it, and its context on the wire',
  ]),
  103: yes([
    'client: contract/observers',
    'whoever subscribes to the diagnostics channel is told the same, of clients that know nothing of it',
  ]),
  104: yes(
    [
      'faas-invoker: contract/user-agent',
      'J46: the User-Agent of every request is the version of the package, as built',
    ],
    ['faas-invoker: contract/user-agent', 'and after it the name of the application, if it gives one'],
  ),

  // CLI experience
  105: yes(['cli: contract/lpfn-invoke', 'reads the payload from a file, and from standard input only for -']),
  106: yes(
    ['cli: contract/lpfn-invoke', 'prints the value as JSON and nothing else'],
    [
      'cli: contract/official-cli-defects',
      'C3: %s is one JSON object on stdout with --json, and nothing else anywhere',
    ],
  ),
  107: yes(['cli: contract/lpfn-invoke', 'says with code 7 that the function failed, and what it said']),
  108: yes(['cli: contract/lpfn-invoke', 'answers %s with exit code %i and %s'], ['cli: unit/exit-code', 'exitCodeOf']),
  109: yes([
    'cli: unit/settings',
    'the secret is that of the variable, else the one that is kept for this app, account and server',
  ]),
  110: yes([
    'cli: contract/lpfn-profile',
    'C9: with standard input closed nothing is asked, and what is missing is named at once',
  ]),
  111: yes([
    'cli: contract/lpfn-profile',
    'add takes flags and a secret from standard input; list, use and remove do what they say',
  ]),
  112: yes(['cli: contract/official-cli-defects', 'C8: no flag of any command takes a secret']),
  113: yes(['cli: contract/lpfn-login-browser', 'a user signs in on the login page, is told so, and lpfn goes on']),
  114: yes([
    'cli: contract/lpfn-keychain',
    'keeps the secret; the next run takes it from there; nothing of it is in a file',
  ]),
  115: yes(
    ['cli: contract/lpfn', 'prints a token only with --show'],
    ['cli: contract/lpfn-identity', 'token --decode shows header and claims, and claims nothing of its own'],
  ),
  116: yes(['cli: contract/lpfn-doctor', 'walks all stages, and changes and runs nothing']),
  117: yes(
    ['cli: contract/lpfn-invoke-forms', '--curl prints a command that works with a token put in, and asks for none'],
    ['client: contract/conveniences', 'J39: a call as a curl command: it works with a token, and shows no secret'],
  ),
  118: yes(['cli: contract/lpfn-invoke-forms', '--query takes a part, also within --json']),
  119: yes(['cli: contract/lpfn-completion', '%s accepts what is printed for it, where it is installed']),

  // Local development and emulation
  120: yes([
    'emulator: contract/function-folder',
    "a project as LivePerson's CLI makes it is taken as it is, by its root or its functions folder",
  ]),
  121: yes(['emulator: contract/official-client', 'B2: liveperson-functions-client 2.2.0, unmodified, on %s']),
  122: yes([
    'cli: contract/lpfn-emulator-console',
    'the three lines of the first-run panel compile and call the function',
  ]),
  123: yes(
    ['emulator: contract/gateway', 'B10: 401 without a token, with an unknown, an expired, a revoked or a foreign one'],
    ['emulator: contract/gateway', 'B10: 403 for an app without the scope and a user without the permission'],
    [
      'emulator: contract/authorization-code',
      "a redirect URI that was sent has to come again, a code is its app's own, and it expires",
    ],
    [
      'emulator: contract/authorization-code',
      'refresh answers three fields and rotates, with a short grace for the old token',
    ],
  ),
  124: yes(
    ['emulator: contract/fault-catalogue', 'B18: %s'],
    ['emulator: contract/fault-catalogue', 'B18: an expired token, and a clock that is wrong in either direction'],
  ),
  125: partly(
    'every request is recorded with secrets masked, and can be sent again as curl or TypeScript; recorded answers are not played back',
    ['emulator: contract/scripting-over-http', 'responses are recorded with their headers, cookies and codes masked'],
    [
      'emulator: browser/console-views',
      'a request is opened with its answer; curl and TypeScript of it are copied, and curl does the same again',
    ],
  ),
  126: yes(['emulator: contract/vitest-fixture', 'starts an emulator with the given options, prepared']),
  127: yes(
    ['http: contract/http-client-limits', 'is two minutes unless set otherwise, counted on the monotonic clock'],
    ['http: unit/retry-policy', 'after a network failure, repeat %i, is jittered over the whole range'],
    ['client: contract/identities', 'a transport that was given is not closed, and carries every request'],
  ),

  // Packaging and types
  128: partly(
    'one ES-module build with an export map; `require` loads it on Node 20.19 or later, which is the oldest that is supported',
    ['tools/consumer/run.mjs', 'import and require of'],
  ),
  129: yes(
    [
      'scripts: api-reference',
      'refuses an export, or a member of one, without description, and a link to what does not exist',
    ],
    ['client: contract/readme', 'K22: the options of %s are those of the README, no more and no less'],
  ),
  130: yes(['scripts/check-readme-snippets.mjs', 'strictly against the source, and runs it against an emulator']),
  131: yes(
    ['scripts: layers', 'refuses an arrow that only the source has: %s'],
    ['tools/consumer/run.mjs', 'every package was installed once, from its tarball'],
  ),
  132: partly(
    'at most 36 packages are installed with the client, against 69, and the build refuses more. `errors` has none, the emulator one',
    ['scripts: package-rules', 'refuses what is over, unbudgeted or unknown'],
  ),
  133: no(
    'Node only. HTTP status 901 cannot be held by a fetch `Response`, and both transports stand on Node’s sockets; another `HttpTransport` can be given',
  ),
  134: yes(['scripts: package-rules', 'refuses %s'], ['scripts: package-rules', 'misses %s']),
  135: yes(['scripts/check-changesets.mjs', 'a note that names an unknown package or bump fails here']),

  // Security
  136: yes(
    [
      'domain-discovery: unit/discovery-options',
      'J11: plain http beyond loopback is refused in %s without allowInsecureHttp',
    ],
    ['client: contract/redirects', 'J23: on %s, a redirect is refused'],
  ),
  137: yes([
    'sentinel-oauth: contract/client-credentials',
    'C2, K1: credentials go into the body by default, whatever characters they have, and never into the URL',
  ]),
  138: yes(
    ['client: contract/leaks', 'J39, K2: on %s, with servers that echo the request'],
    ['client: contract/leaks', 'the client itself, its authorizer and its options show nothing'],
  ),
  139: yes(['errors: unit/secret', 'shows as [secret] in %s'], ['errors: unit/secret', 'keeps its value out of %s']),
  140: yes(
    [
      'sentinel-oauth: contract/file-token-store',
      'a folder or file that others can get at, or that is a symlink, is refused',
    ],
    [
      'sentinel-oauth: contract/file-token-store',
      'a write that fails leaves nothing half written, and what was there stays',
    ],
  ),
  141: yes([
    'client: contract/invoking-peers',
    'K19, K20: ten calls reuse their connections, and no payload in any log line or event',
  ]),
  142: yes(['client: contract/inputs', 'J47: 200 request ids are 200 random UUIDs, and the caller’s own is kept']),
  143: yes(
    ['http: contract/transport-answers', 'above the limit, %s, are RESPONSE_TOO_LARGE, and at the limit they pass'],
    ['http: contract/transport-answers', 'that swell when they are decompressed are RESPONSE_TOO_LARGE'],
  ),
};

function yes(...shown) {
  return { answer: 'Y', shown };
}

/** Y, with something to know about it. */
function yesWith(why, ...shown) {
  return { answer: 'Y', why, shown };
}

function partly(why, ...shown) {
  return { answer: 'P', why, shown };
}

function no(why) {
  return { answer: 'N', why };
}
