import type { EndpointCall, EmulatedPlatform } from './emulated-platform.ts';
import { isSecretOf, type InstalledApp } from './installed-apps.ts';
import { oauthError } from './oauth-error.ts';
import type { Reply } from './reply.ts';

/** The parameters of a token request, and the app that made it. */
export type ClientAuthentication =
  { readonly app: InstalledApp; readonly parameters: URLSearchParams } | { readonly refusal: Reply };

/**
 * Authenticates the app behind a token request: credentials in the body, in a Basic header, in both, or, where allowed, in the query.
 *
 * @param fromQuery - whether parameters may also come in the query, as LivePerson's Java client sends them
 */
export function authenticateClient(
  call: EndpointCall,
  platform: EmulatedPlatform,
  fromQuery: boolean,
): ClientAuthentication {
  const { invalidClientStatus, clientChallenge } = platform.options;
  const challenged = clientChallenge && /^basic\b/i.test(call.headers.authorization ?? '');
  const refuse = (description: string): ClientAuthentication => {
    const refusal = oauthError(invalidClientStatus, 'invalid_client', description);
    if (!challenged || invalidClientStatus !== 401) return { refusal };
    return { refusal: { ...refusal, headers: { ...refusal.headers, 'www-authenticate': 'Basic realm="Sentinel"' } } };
  };
  if (call.account === undefined) return { refusal: oauthError(401, 'invalid_client', 'Unknown account.') };
  const parameters = new URLSearchParams(call.body);
  for (const name of parameters.keys()) {
    if (parameters.getAll(name).length > 1) {
      return {
        refusal: oauthError(400, 'invalid_request', `The parameter ${printable(name)} is there more than once.`),
      };
    }
  }
  if (fromQuery) for (const [name, value] of call.query) if (!parameters.has(name)) parameters.set(name, value);

  const basic = basicCredentials(call.headers.authorization);
  if (basic === 'malformed') return refuse('The Authorization header is not readable.');
  const namedInBody = parameters.get('client_id') ?? '';
  if (basic !== undefined && namedInBody !== '' && namedInBody !== basic.id) {
    return { refusal: oauthError(400, 'invalid_request', 'Header and body name different clients.') };
  }
  const id = basic?.id ?? namedInBody;
  const secret = basic?.secret ?? parameters.get('client_secret') ?? '';
  if (id === '') return refuse('Client credentials are missing.');
  const app = call.account.apps.find(id);
  if (app === undefined || app.installation.enabled === false || !isSecretOf(app, secret)) {
    return refuse('Client id or client secret is wrong.');
  }
  return { app, parameters };
}

/** Id and secret are form-encoded before they are joined (RFC 6749 section 2.3.1). */
function basicCredentials(
  header: string | undefined,
): { readonly id: string; readonly secret: string } | 'malformed' | undefined {
  const encoded = /^basic +(\S+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return 'malformed';
  try {
    const [id = '', secret = ''] = [text.slice(0, colon), text.slice(colon + 1)].map((part) =>
      decodeURIComponent(part.replaceAll('+', ' ')),
    );
    return { id, secret };
  } catch {
    return 'malformed';
  }
}

function printable(name: string): string {
  return name.replaceAll(/[^\w-]/g, '?').slice(0, 50);
}
