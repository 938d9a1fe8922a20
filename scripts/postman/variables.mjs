/**
 * What a person or a script keeps in the Postman environment. `secret` is Postman's type for values that are not shown. Values of the two
 * environments are given where there is one to give; a secret never has one.
 *
 * @type {readonly { name: string, meaning: string, filledIn: 'by you' | 'by the requests', secret?: true, liveperson?: string, emulator?: string }[]}
 */
export const VARIABLES = [
  {
    name: 'discovery_url',
    meaning: 'Where the Domain API is',
    filledIn: 'by you',
    liveperson: 'https://api.liveperson.net',
    emulator: 'http://127.0.0.1:4570',
  },
  { name: 'account_id', meaning: 'Your account (site id)', filledIn: 'by you', emulator: '12345678' },
  {
    name: 'app_client_id',
    meaning: 'App with the grant `client_credentials`; empty skips folder 2',
    filledIn: 'by you',
  },
  { name: 'app_client_secret', meaning: 'Its secret', filledIn: 'by you', secret: true },
  {
    name: 'login_client_id',
    meaning: 'App with the grant `authorization_code`; empty skips folder 3. It may be the same app',
    filledIn: 'by you',
  },
  { name: 'login_client_secret', meaning: 'Its secret', filledIn: 'by you', secret: true },
  {
    name: 'redirect_uri',
    meaning: 'Callback of that app, to the letter as it was registered',
    filledIn: 'by you',
    emulator: 'http://localhost:3000/callback',
  },
  {
    name: 'callback_url',
    meaning: 'The address at which the browser ends after the login, pasted as it is; used once',
    filledIn: 'by you',
    secret: true,
  },
  {
    name: 'login_name',
    meaning: 'Who logs in on the emulator’s page; nothing else uses it',
    filledIn: 'by you',
    emulator: 'agent@emulator.example',
  },
  {
    name: 'call_as',
    meaning: 'Whose token calls carry: `app` or `user`',
    filledIn: 'by you',
    liveperson: 'app',
    emulator: 'app',
  },
  { name: 'function_uuid', meaning: 'A function that is deployed; empty skips its requests', filledIn: 'by you' },
  { name: 'event_id', meaning: 'An event that functions listen to; empty skips its requests', filledIn: 'by you' },
  {
    name: 'failing_function_uuid',
    meaning: 'A function that fails on purpose; empty skips its request',
    filledIn: 'by you',
  },
  {
    name: 'calling_system',
    meaning: 'Name of the system that calls, for LivePerson’s logs',
    filledIn: 'by you',
    liveperson: 'postman',
    emulator: 'postman',
  },
  { name: 'user_id', meaning: 'LivePerson user id of the caller, if the listing asks for it', filledIn: 'by you' },
  { name: 'gateway_url', meaning: 'Origin of `faasGW`', filledIn: 'by the requests' },
  { name: 'sentinel_url', meaning: 'Origin of `sentinel`', filledIn: 'by the requests' },
  { name: 'listing_url', meaning: 'Origin of `faasUI`', filledIn: 'by the requests' },
  { name: 'app_access_token', meaning: 'Token of the app', filledIn: 'by the requests', secret: true },
  { name: 'user_access_token', meaning: 'Token of the user', filledIn: 'by the requests', secret: true },
  { name: 'user_refresh_token', meaning: 'The user’s newest refresh token', filledIn: 'by the requests', secret: true },
  { name: 'login_state', meaning: '`state` of the login that is pending', filledIn: 'by the requests' },
  {
    name: 'code_verifier',
    meaning: 'PKCE verifier of the login that is pending',
    filledIn: 'by the requests',
    secret: true,
  },
  { name: 'login_page_url', meaning: 'The login page that was answered', filledIn: 'by the requests' },
];

/** Names of the variables whose values are in no address and in no output. */
export const SECRET_NAMES = VARIABLES.filter(({ secret }) => secret === true).map(({ name }) => name);

/**
 * A Postman environment.
 *
 * @param {'liveperson' | 'emulator'} place
 */
export function postmanEnvironment(place) {
  return {
    name: place === 'liveperson' ? 'LivePerson Functions' : 'LivePerson Functions, emulator',
    values: VARIABLES.map(({ name, secret, [place]: value = '' }) => ({
      key: name,
      value: secret === true ? '' : value,
      type: secret === true ? 'secret' : 'default',
      enabled: true,
    })),
    _postman_variable_scope: 'environment',
  };
}
