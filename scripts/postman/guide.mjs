import * as scripts from './sandbox-scripts.mjs';

const SENTINEL = '{{sentinel_url}}/sentinel/api/account/{{account_id}}';
const GATEWAY = '{{gateway_url}}/api/account/{{account_id}}';

/** A function that nobody has: the nil UUID. */
const NOBODYS_UUID = '00000000-0000-0000-0000-000000000000';

const BEARER = { type: 'bearer', bearer: [{ key: 'token', value: '{{bearer}}', type: 'string' }] };
const NO_AUTH = { type: 'noauth' };

/**
 * The guide to external invocation, as folders of requests. What differs between the generations stands in one place: query, headers, and the
 * address of the listing.
 *
 * @param {'v1' | 'v2'} generation
 */
export function guideFolders(generation) {
  return [hosts(), appToken(), login(), calls(generation), listing(generation), refusals(generation), signOut()];
}

function hosts() {
  return {
    name: '1 Hosts',
    shows: 'The Domain API says where the account’s services are. No host is written down anywhere else.',
    requests: [
      {
        name: '1.1 All hosts of the account',
        shows:
          'Gateway, authorization server and listing, and with them the generation. A host that is not LivePerson’s is not taken over: no secret would go there',
        method: 'GET',
        url: '{{discovery_url}}/api/account/{{account_id}}/service/baseURI.json?version=1.0',
        auth: NO_AUTH,
        after: scripts.hostsAnswered,
      },
      {
        name: '1.2 One host',
        shows: 'The same, asked for by service name',
        method: 'GET',
        url: '{{discovery_url}}/api/account/{{account_id}}/service/faasGW/baseURI.json?version=1.0',
        auth: NO_AUTH,
        after: scripts.oneHostAnswered,
      },
    ],
  };
}

function appToken() {
  return {
    name: '2 Token of an app (client credentials)',
    shows: 'For systems that call in their own name: the usual case.',
    before: scripts.needApp,
    requests: [
      {
        name: '2.1 Get the token',
        shows: 'A JWT for the app. No user, no refresh token: ask again before it ends',
        method: 'POST',
        url: `${SENTINEL}/app/token?v=2.0`,
        auth: NO_AUTH,
        form: {
          grant_type: 'client_credentials',
          client_id: '{{app_client_id}}',
          client_secret: '{{app_client_secret}}',
        },
        after: scripts.appTokenAnswered,
      },
    ],
  };
}

function login() {
  return {
    name: '3 Token of a user (authorization code)',
    shows: 'For calls in the name of a Conversational Cloud user with the FaaS-Invocation permission.',
    before: scripts.needLoginApp,
    requests: [
      {
        name: '3.1 Begin the login',
        shows:
          'State and PKCE challenge are made, and the address to open in a browser is in Postman’s console. Log in there, and paste the address at which the browser ends into `callback_url`',
        method: 'GET',
        url:
          `${SENTINEL}/authorize?v=1.0&response_type=code&client_id={{login_client_id}}&redirect_uri={{redirect_uri}}` +
          '&state={{login_state}}&code_challenge={{code_challenge}}&code_challenge_method=S256',
        auth: NO_AUTH,
        followRedirects: false,
        before: scripts.beginLogin,
        after: scripts.loginBegun,
      },
      {
        name: '3.2 Log in on the emulator’s page',
        shows: 'Answers the emulator’s login page in place of a person. Left out at LivePerson',
        method: 'POST',
        url: '{{login_page_url}}',
        auth: NO_AUTH,
        followRedirects: false,
        form: { as: '{{login_name}}' },
        before: scripts.needEmulatorsPage,
        after: scripts.signedIn,
      },
      {
        name: '3.3 Exchange the code',
        shows:
          'The callback’s state is compared, and its code becomes access token and refresh token. A code is good once',
        method: 'POST',
        url: `${SENTINEL}/token?v=2.0`,
        auth: NO_AUTH,
        form: {
          grant_type: 'authorization_code',
          code: '{{code}}',
          redirect_uri: '{{redirect_uri}}',
          client_id: '{{login_client_id}}',
          client_secret: '{{login_client_secret}}',
          code_verifier: '{{code_verifier}}',
        },
        before: scripts.readCallback,
        after: scripts.codeExchanged,
      },
      {
        name: '3.4 Refresh',
        shows: 'A new access token for the refresh token; the newest refresh token is kept',
        method: 'POST',
        url: `${SENTINEL}/token?v=2.0`,
        auth: NO_AUTH,
        form: {
          grant_type: 'refresh_token',
          refresh_token: '{{user_refresh_token}}',
          client_id: '{{login_client_id}}',
          client_secret: '{{login_client_secret}}',
        },
        before: scripts.needRefreshToken,
        after: scripts.refreshed,
      },
    ],
  };
}

function calls(generation) {
  const ofCalls = callParameters(generation);
  const invocation = (name, shows, path, before, after) => ({
    name,
    shows,
    method: 'POST',
    url: `${GATEWAY}/${path}/invoke${ofCalls.query}`,
    headers: { ...ofCalls.headers, 'X-Request-ID': '{{$guid}}' },
    json: '{\n  "timestamp": {{now_ms}},\n  "headers": [],\n  "payload": { "name": "Ada" }\n}',
    before,
    after,
  });
  return {
    name: '4 Call functions',
    shows: 'With the token of the app or of the user, as `call_as` says. The payload is in the body of each request.',
    before: scripts.chooseCaller,
    auth: BEARER,
    requests: [
      {
        name: '4.1 Does anything listen to the event?',
        shows: 'Yes or no. For a UUID there is no such address: look at 5.1',
        method: 'GET',
        url: `${GATEWAY}/events/{{event_id}}/isImplemented${ofCalls.query}`,
        headers: { 'X-Request-ID': '{{$guid}}' },
        before: scripts.needEvent,
        after: scripts.implementedAnswered,
      },
      invocation(
        '4.2 Invoke by UUID',
        'The answer is what the function returned, bare',
        'lambdas/{{function_uuid}}',
        scripts.needFunction,
        scripts.invoked,
      ),
      invocation(
        '4.3 Invoke by event',
        'The answer is a list with the result of every function that listens',
        'events/{{event_id}}',
        scripts.needEvent,
        scripts.eventInvoked,
      ),
      {
        ...invocation(
          '4.4 Invoke by UUID, with Postman’s own login window',
          'Step 6 of LivePerson’s guide: under Authorization everything is filled in, press “Get New Access Token”. Run as a collection it uses the token of folder 3',
          'lambdas/{{function_uuid}}',
          scripts.needUserToken,
          scripts.invoked,
        ),
        auth: postmansLogin(),
      },
    ],
  };
}

/** How a call names the system that makes it, and its generation. */
function callParameters(generation) {
  return generation === 'v1'
    ? { query: '?v=1&externalSystem={{calling_system_in_query}}', headers: {} }
    : { query: '', headers: { 'LP-EventSource': '{{calling_system}}' } };
}

/** The Authorization tab, filled in as LivePerson's guide to Postman says, with PKCE besides. */
function postmansLogin() {
  const settings = {
    tokenName: 'LivePerson Functions',
    grant_type: 'authorization_code_with_pkce',
    challengeAlgorithm: 'S256',
    redirect_uri: '{{redirect_uri}}',
    authUrl: `${SENTINEL}/authorize?v=1.0`,
    accessTokenUrl: `${SENTINEL}/token?v=2.0`,
    clientId: '{{login_client_id}}',
    clientSecret: '{{login_client_secret}}',
    state: '{{$guid}}',
    client_authentication: 'header',
    addTokenTo: 'header',
    headerPrefix: 'Bearer',
    accessToken: '{{user_access_token}}',
  };
  return { type: 'oauth2', oauth2: Object.entries(settings).map(([key, value]) => ({ key, value, type: 'string' })) };
}

function listing(generation) {
  return {
    name: '5 List functions',
    shows: 'What the account has, and in which state. UUIDs are in Postman’s console.',
    before: scripts.chooseCaller,
    auth: BEARER,
    requests: [
      {
        name: '5.1 All functions',
        shows: 'UUID, name, state and event of each; and whether `function_uuid` is deployed',
        method: 'GET',
        url:
          generation === 'v1'
            ? '{{listing_url}}/api/account/{{account_id}}/lambdas?v=1&userId={{user_id}}'
            : '{{listing_url}}/api/account/{{account_id}}/functions?userId={{user_id}}',
        headers: { 'X-Request-ID': '{{$guid}}' },
        before: scripts.needListing,
        after: scripts.listed,
      },
    ],
  };
}

function refusals(generation) {
  const { query, headers } = callParameters(generation);
  const call = (name, shows, uuid, rest) => ({
    name,
    shows,
    method: 'POST',
    url: `${GATEWAY}/lambdas/${uuid}/invoke${query}`,
    headers: { ...headers, 'X-Request-ID': '{{$guid}}' },
    json: '{\n  "timestamp": {{now_ms}},\n  "headers": [],\n  "payload": {}\n}',
    ...rest,
  });
  return {
    name: '6 What failures look like',
    shows: 'Three failures to build your handling on. Only the last runs a function.',
    before: scripts.chooseCaller,
    auth: BEARER,
    requests: [
      call('6.1 A function that is not there', '404: a refusal of the platform', NOBODYS_UUID, {
        after: scripts.unknownRefused,
      }),
      call('6.2 Without a token', '401 or 403', NOBODYS_UUID, { auth: NO_AUTH, after: scripts.tokenlessRefused }),
      call(
        '6.3 A function that fails',
        '901, which is no HTTP status anywhere else: for the function’s author, not for an alert',
        '{{failing_function_uuid}}',
        { before: scripts.needFailingFunction, after: scripts.functionFailed },
      ),
    ],
  };
}

function signOut() {
  return {
    name: '7 Sign out',
    shows: 'Ends the user’s login, in all LivePerson applications.',
    requests: [
      {
        name: '7.1 Revoke the refresh token',
        shows: 'Access token and session end with it. Left out if nobody is logged in',
        method: 'POST',
        url: `${SENTINEL}/token/revoke?v=1.0`,
        auth: NO_AUTH,
        form: {
          token: '{{user_refresh_token}}',
          client_id: '{{login_client_id}}',
          client_secret: '{{login_client_secret}}',
        },
        before: scripts.needRefreshToken,
        after: scripts.revoked,
      },
    ],
  };
}
