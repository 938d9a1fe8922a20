/* global pm, SECRET_NAMES, REFUSAL_FIELDS */
// Scripts that run inside Postman, before a request or on its answer. Each is a function here, so that it is linted and formatted, and
// goes into the collection as text: none may use anything outside itself but `pm`, `require` of Postman's sandbox, and the helpers that its
// entry names. A value that is used up is emptied, not unset: the variable would be gone from the environment, and with it its type.

/** Whether a host, with or without port, is this machine under one of its own names. */
function isLoopback(host) {
  return /^(?:localhost|(?:[a-z0-9-]+\.)+localhost|127(?:\.\d{1,3}){3})(?::\d+)?$/i.test(host);
}

/** The origin of a host that discovery answered, or undefined if no credential may go there. */
function trustedOrigin(host, discoveryUrl) {
  const [, scheme, askedHost] = /^(https?):\/\/([^/]+)/.exec(discoveryUrl) ?? [];
  if (askedHost === undefined || typeof host !== 'string') return undefined;
  if (isLoopback(askedHost)) return isLoopback(host) ? `${scheme}://${host}` : undefined;
  return scheme === 'https' && /^(?:[a-z0-9-]+\.)+liveperson\.net$/i.test(host) ? `https://${host}` : undefined;
}

/** The body of the answer as JSON, or an empty object. */
function answer() {
  try {
    return pm.response.json() ?? {};
  } catch {
    return {};
  }
}

/** What was answered, in one line, whichever generation or service said it. */
function refusal() {
  const body = answer();
  const code = body.code ?? body.errorCode ?? body.error;
  const text = body.message ?? body.errorMsg ?? body.error_description;
  const meaning = { 401: ' (token missing or expired)', 403: ' (not allowed)', 901: ' (the function itself failed)' };
  return `HTTP ${pm.response.code}${meaning[pm.response.code] ?? ''} ${code ?? ''}${text ? `: ${text}` : ''}`;
}

/** Takes over the tokens of an answer. A refresh token that did not come anew stays the one it was. */
function keepUserTokens(body) {
  pm.environment.set('user_access_token', body.access_token);
  if (body.refresh_token) pm.environment.set('user_refresh_token', body.refresh_token);
}

/** Leaves the request out of this run, and says why. */
function skip(why) {
  console.info(`${pm.info.requestName}: left out, ${why}`);
  pm.execution.skipRequest();
}

/** Leaves the request out unless the environment has a value. */
function skipWithout(name) {
  if (!pm.environment.get(name)) skip(`since ${name} is empty`);
}

/** Does not send the request, and counts that as a failed check. To throw would not do: newman sends the request all the same. */
function stop(why) {
  pm.test('the request can be sent', () => {
    throw new Error(why);
  });
  pm.execution.skipRequest();
}

/** Does not send the request before the host is known. */
function stopWithout(origin) {
  if (!pm.environment.get(origin)) stop(`${origin} is not known: send request 1.1, and see what it says`);
}

export const HELPERS = [
  isLoopback,
  trustedOrigin,
  answer,
  refusal,
  keepUserTokens,
  skip,
  skipWithout,
  stop,
  stopWithout,
];

/** Before every request. */
export function needSettings() {
  for (const name of ['discovery_url', 'account_id']) {
    if (!pm.environment.get(name)) stop(`Choose an environment, and fill in ${name}.`);
  }
}

/** After every request. The names are put in when the collection is written. */
export function noSecretInAddress() {
  const names = SECRET_NAMES;
  pm.test('no secret and no token is in the address', () => {
    const address = pm.request.url.toString();
    for (const name of names) {
      const value = pm.environment.get(name) ?? '';
      const isThere = value !== '' && [value, encodeURIComponent(value)].some((text) => address.includes(text));
      pm.expect(isThere, name).to.equal(false);
    }
  });
}

export function hostsAnswered() {
  const hosts = Object.fromEntries((answer().baseURIs ?? []).map(({ service, baseURI }) => [service, baseURI]));
  const origins = {};
  pm.test('the account has a gateway and an authorization server', () => {
    pm.expect(pm.response.code, refusal()).to.equal(200);
    pm.expect(hosts, 'an unknown account is an empty list').to.include.keys('faasGW', 'sentinel');
  });
  pm.test('every host is LivePerson’s own, or this machine where the Domain API is', () => {
    const names = { gateway_url: 'faasGW', sentinel_url: 'sentinel', listing_url: 'faasUI' };
    for (const [variable, service] of Object.entries(names)) {
      origins[variable] = trustedOrigin(hosts[service], pm.environment.get('discovery_url'));
      if (hosts[service] !== undefined) pm.expect(origins[variable], hosts[service]).to.be.a('string');
    }
  });
  pm.test('the account is on generation GENERATION; if not, take the other collection', () => {
    pm.expect(String(hosts.faasGW).includes('fninvocations') ? 'V2' : 'V1').to.equal('GENERATION');
  });
  for (const variable of ['gateway_url', 'sentinel_url', 'listing_url']) {
    pm.environment.set(variable, origins[variable] ?? '');
  }
}

export function oneHostAnswered() {
  pm.test('one service is a bare object, or a list of one', () => {
    pm.expect(pm.response.code, refusal()).to.equal(200);
    const body = answer();
    const entry = body.baseURIs?.find(({ service }) => service === 'faasGW') ?? body;
    pm.expect(trustedOrigin(entry.baseURI, pm.environment.get('discovery_url'))).to.equal(
      pm.environment.get('gateway_url'),
    );
  });
}

export function needApp() {
  skipWithout('app_client_id');
  stopWithout('sentinel_url');
}

export function appTokenAnswered() {
  const body = answer();
  pm.test('a bearer token was issued', () => {
    pm.expect(pm.response.code, refusal()).to.equal(200);
    pm.expect(body.token_type).to.match(/^bearer$/i);
    pm.expect(typeof body.access_token).to.equal('string');
  });
  if (typeof body.access_token !== 'string') return;
  pm.environment.set('app_access_token', body.access_token);
  pm.test('its life is told, by expires_in or in the token', () => {
    const claims = body.access_token.split('.')[1];
    const { exp, iat } = claims ? JSON.parse(Buffer.from(claims, 'base64').toString()) : {};
    const seconds = Number(body.expires_in ?? exp - iat);
    pm.expect(seconds).to.be.above(0);
    console.info(`The token lives ${seconds} s. There is no refresh token: ask for a new one before it ends.`);
  });
}

export function needLoginApp() {
  skipWithout('login_client_id');
  stopWithout('sentinel_url');
}

export function beginLogin() {
  const crypto = require('crypto-js');
  const verifier = crypto.lib.WordArray.random(32).toString();
  pm.environment.set('login_state', crypto.lib.WordArray.random(16).toString());
  pm.environment.set('code_verifier', verifier);
  const challenge = crypto.SHA256(verifier).toString(crypto.enc.Base64);
  pm.variables.set('code_challenge', challenge.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''));
  pm.variables.set('redirect_uri_in_query', encodeURIComponent(pm.environment.get('redirect_uri')));
  pm.environment.set('callback_url', '');
}

export function loginBegun() {
  const location = pm.response.headers.get('Location') ?? '';
  const redirectUri = pm.environment.get('redirect_uri');
  pm.test('Sentinel sends the browser on', () => {
    pm.expect(pm.response.code, refusal()).to.equal(302);
    pm.expect(location).to.not.equal('');
  });
  pm.environment.set('login_page_url', '');
  if (location.startsWith(redirectUri)) {
    pm.environment.set('callback_url', location);
    return;
  }
  const page = location.startsWith('/') ? pm.environment.get('sentinel_url') + location : location;
  pm.environment.set('login_page_url', page);
  console.info(`Open this in a browser, log in, and paste the address where it ends into callback_url:
${pm.request.url.toString()}`);
}

export function needEmulatorsPage() {
  const page = pm.environment.get('login_page_url') ?? '';
  const [, host] = /^https?:\/\/([^/]+)/.exec(page) ?? [];
  if (host === undefined) skip('since there is no login page to answer');
  if (!isLoopback(host)) skip('since a person logs in at LivePerson: in a browser, not here');
}

export function signedIn() {
  const location = pm.response.headers.get('Location') ?? '';
  pm.test('the browser goes back to the redirect URI, with a code and the state', () => {
    pm.expect(pm.response.code, refusal()).to.equal(302);
    pm.expect(location.startsWith(pm.environment.get('redirect_uri'))).to.equal(true);
    pm.expect(/[?&]code=./.test(location), 'code').to.equal(true);
  });
  pm.environment.set('callback_url', location);
  pm.environment.set('login_page_url', '');
}

export function readCallback() {
  const { Url } = require('postman-collection');
  const callback = pm.environment.get('callback_url');
  if (!callback) skip('since nobody has logged in yet: paste the address where the browser ended into callback_url');
  const query = Object.fromEntries(
    new Url(callback).query.map(({ key, value }) => [key, decodeURIComponent(String(value).replaceAll('+', ' '))]),
  );
  pm.environment.set('callback_url', '');
  if (query.state !== pm.environment.get('login_state')) {
    stop('The state is not that of the pending login: its answer is not used. Begin again with request 3.1.');
  }
  if (query.error) stop(`The login was refused: ${query.error} ${query.error_description ?? ''}`);
  pm.variables.set('code', query.code);
}

export function codeExchanged() {
  const body = answer();
  pm.environment.set('login_state', '');
  pm.environment.set('code_verifier', '');
  pm.test('the code became an access token and a refresh token', () => {
    pm.expect(pm.response.code, refusal()).to.equal(200);
    for (const name of ['access_token', 'refresh_token']) pm.expect(typeof body[name], name).to.equal('string');
  });
  if (typeof body.access_token === 'string') keepUserTokens(body);
}

export function needRefreshToken() {
  skipWithout('user_refresh_token');
  stopWithout('sentinel_url');
}

export function refreshed() {
  const body = answer();
  const before = pm.environment.get('user_access_token');
  pm.test('there is a new access token', () => {
    pm.expect(pm.response.code, refusal()).to.equal(200);
    pm.expect(typeof body.access_token).to.equal('string');
    pm.expect(body.access_token === before, 'it is the old one').to.equal(false);
  });
  if (typeof body.access_token === 'string') keepUserTokens(body);
}

export function chooseCaller() {
  stopWithout('gateway_url');
  const caller = pm.environment.get('call_as') === 'user' ? 'user' : 'app';
  const token = pm.environment.get(`${caller}_access_token`);
  if (!token) stop(`There is no token to call with as ${caller}: run folder 2 or 3, or change call_as.`);
  pm.variables.set('bearer', token);
  pm.variables.set('now_ms', Date.now());
  pm.variables.set('calling_system_in_query', encodeURIComponent(pm.environment.get('calling_system') ?? ''));
}

export function needFunction() {
  skipWithout('function_uuid');
}

export function invoked() {
  pm.test('the function ran, and its result is JSON', () => {
    pm.expect(pm.response.code, refusal()).to.be.oneOf([200, 202]);
    console.info(`Result: ${JSON.stringify(pm.response.json())}`);
  });
}

export function needEvent() {
  skipWithout('event_id');
}

export function eventInvoked() {
  pm.test('every function that listens has answered', () => {
    pm.expect(pm.response.code, `${refusal()}; on V2, 404 says that nobody listens`).to.be.oneOf([200, 202]);
    const results = pm.response.json();
    pm.expect(results).to.be.an('array');
    pm.expect(results.length, 'on V1, an empty list says that nobody listens').to.be.above(0);
    for (const result of results) pm.expect(result).to.include.keys('uuid', 'timestamp', 'result');
  });
}

export function implementedAnswered() {
  pm.test('the answer is yes or no', () => {
    pm.expect(pm.response.code, refusal()).to.equal(200);
    pm.expect(answer().implemented).to.be.a('boolean');
    console.info(`Implemented: ${answer().implemented}`);
  });
}

export function needListing() {
  stopWithout('listing_url');
}

export function listed() {
  const list = pm.response.code === 200 ? pm.response.json() : [];
  pm.test('every function has UUID, name and state', () => {
    pm.expect(
      pm.response.code,
      `${refusal()}; apps may often not list, users with a Functions permission may`,
    ).to.equal(200);
    pm.expect(list).to.be.an('array');
    for (const entry of list) pm.expect(entry).to.include.keys('uuid', 'name', 'state');
  });
  const wanted = pm.environment.get('function_uuid');
  if (wanted && pm.response.code === 200) {
    pm.test('function_uuid is one of them, and is deployed', () => {
      const states = list.filter(({ uuid }) => uuid === wanted).map(({ state }) => state);
      pm.expect(states.length, 'function_uuid is not in the list').to.equal(1);
      pm.expect(states[0]).to.be.oneOf(['Productive', 'Modified']);
    });
  }
  for (const { uuid, name, state, eventId } of list) console.info(`${uuid}  ${name}  ${state}  ${eventId ?? ''}`);
}

export function unknownRefused() {
  pm.test('404, with a code and a text in the fields of generation GENERATION', () => {
    pm.expect(pm.response.code, refusal()).to.equal(404);
    pm.expect(answer()).to.include.keys(...REFUSAL_FIELDS);
  });
}

export function tokenlessRefused() {
  pm.test('401 or 403: the call needs a token', () => {
    pm.expect(pm.response.code, refusal()).to.be.oneOf([401, 403]);
  });
}

export function needFailingFunction() {
  skipWithout('failing_function_uuid');
}

export function functionFailed() {
  pm.test('HTTP 901: the platform is well, the function is not', () => {
    pm.expect(pm.response.code, refusal()).to.equal(901);
    pm.expect(answer()).to.include.keys(...REFUSAL_FIELDS);
  });
}

export function revoked() {
  pm.test('the tokens are revoked, and the user is signed out', () => {
    pm.expect(pm.response.code, refusal()).to.equal(200);
  });
  pm.environment.set('user_access_token', '');
  pm.environment.set('user_refresh_token', '');
}

export function needUserToken() {
  skipWithout('function_uuid');
  skipWithout('user_access_token');
}
