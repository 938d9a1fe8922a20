/** How people call what the libraries call by the names of their methods. */
const OPERATIONS: Readonly<Record<string, string>> = {
  discover: 'Finding the hosts',
  clientCredentials: 'Asking Sentinel for a token',
  authorize: 'Beginning a login',
  parseCallback: 'Reading the answer to the login',
  exchangeCode: 'Completing the login',
  refresh: 'Renewing the login',
  renewToken: 'Renewing the token',
  revoke: 'Revoking the tokens',
  jwks: "Fetching Sentinel's keys",
  verifyIdToken: 'Verifying the ID token',
  verifyAppToken: 'Verifying the token',
  invokeByUuid: 'Invoking',
  invokeByName: 'Invoking',
  invokeByEvent: 'Invoking the event',
  isImplemented: 'Asking who listens to',
  getLambdas: 'Listing functions',
  eachLambda: 'Listing functions',
};

/** How people call what the libraries call by the names of their options. */
const OPTIONS: Readonly<Record<string, string>> = {
  baseUrl: 'the discovery URL',
  discoveryUrl: 'the discovery URL',
  accountId: 'the account id',
  clientId: 'the client id',
  clientSecret: 'the client secret',
  redirectUri: 'the redirect URI',
  eventId: 'the event id',
  skillId: 'the skill id',
  userId: 'the user id',
  eventSource: 'the name of the calling system',
  requestId: 'the request id',
  lambdaUuid: 'the UUID',
  uuid: 'the UUID',
};

/** Advice in place of the libraries' own, which speaks to programmers. */
const ADVICE: Readonly<Record<string, string>> = {
  LOGIN_REQUIRED: 'Log in again: "lpfn login".',
  HOST_REFUSED:
    "Nothing was sent there. LivePerson's hosts are under liveperson.net: somebody may be forging answers. Check --discovery-url and the network.",
  DISCOVERY_UNAVAILABLE: 'It is out of order for the moment: try again later.',
  INSECURE_HTTP: 'Use https. Beyond this machine, plain http would show the secret to others.',
  RESPONSE_TOO_LARGE: 'Let the function answer less.',
  STORE_CORRUPTED: 'Find out what wrote to it. "lpfn login" makes new tokens.',
  SENTINEL_UNREADABLE: 'A proxy may be answering in place of Sentinel: "lpfn doctor" shows what came back.',
  DISCOVERY_UNREADABLE:
    'Check the discovery URL; a proxy may be answering in its place: "lpfn doctor" shows what came back.',
  KEY_UNAVAILABLE:
    'Keys may have been exchanged a moment ago: ask for a new token with --no-cache. If that one cannot be verified either, it proves nothing.',
  SENTINEL_UNAVAILABLE: 'It is out of order for the moment: try again later.',
};

/** Ends of sentences that speak to programmers. */
const REPLACED: readonly (readonly [RegExp, string])[] = [
  [/list\(\) tells which there are\.$/, '"lpfn domains" shows which there are.'],
  [
    /give another one as listingAuthorizer, or ask by event\.$/,
    'log in as a user ("lpfn login"), or name the function by its UUID.',
  ],
];

/**
 * A library's message as a person reads it: with what was being done, and what is wrong, in place of the names of methods and options.
 *
 * @param message - of the error.
 * @param names - of the error's operation and option.
 */
export function spokenMessage(
  message: string,
  names: { readonly operation?: string | undefined; readonly option?: string | undefined },
): string {
  const { operation, option } = names;
  // What is wrong with an option is wrong with it whichever function was given it.
  const bare = option === undefined ? message : message.replace(/^\w+: /, '');
  if (option !== undefined && bare !== message && startsWithName(bare, option)) return spokenMessage(bare, names);
  const named = [
    [option, OPTIONS[option ?? '']],
    [operation, OPERATIONS[operation ?? '']],
  ].find(([name, spoken]) => name !== undefined && spoken !== undefined && startsWithName(message, name));
  const spoken = named === undefined ? message : `${named[1] ?? ''}${message.slice(named[0]?.length)}`;
  // What is left of a fixed text when a secret was a word of it (a secret such as "wrong") says less than nothing.
  return spoken.replace(/ \((\w+): [^()]*\[secret\][^()]*\)/, ' ($1)');
}

function startsWithName(message: string, name: string): boolean {
  return message.startsWith(name) && !/^\w/.test(message.slice(name.length));
}

/** A library's advice as it concerns somebody at a terminal. */
export function spokenAdvice(code: string, hint: string | undefined): string | undefined {
  const advice = ADVICE[code];
  if (advice !== undefined) return advice;
  return REPLACED.reduce((text, [pattern, better]) => text?.replace(pattern, better), hint);
}
