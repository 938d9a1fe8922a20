import type * as oauth from 'oauth4webapi';
import type { PendingLogin } from './login-request.ts';
import type { ClientAuthentication } from './sentinel-client-options.ts';
import type { GrantTools } from './sentinel-request.ts';

/** Speaks one grant through oauth4webapi. */
type Grant = (tools: GrantTools) => Promise<oauth.TokenEndpointResponse>;

/** Writes the grants of one app, each with its credentials. */
export interface Grants {
  clientCredentials(scope: string | undefined): Grant;
  code(code: string, login: PendingLogin): Grant;
  refresh(refreshToken: string): Grant;
  revoke(token: string): (tools: GrantTools) => Promise<void>;
}

/** @param method - where the credentials go (contract C2: the body, unless told otherwise). */
export function createGrants(clientSecret: string, method: ClientAuthentication | undefined): Grants {
  const proofOf = ({ oauth: library }: GrantTools): oauth.ClientAuth =>
    (method === 'client_secret_basic' ? library.ClientSecretBasic : library.ClientSecretPost)(clientSecret);
  return {
    clientCredentials: (scope) => async (tools) => {
      const { oauth: library, server, client, options } = tools;
      const parameters = scope === undefined ? {} : { scope };
      const sent = library.clientCredentialsGrantRequest(server, client, proofOf(tools), parameters, options);
      return library.processClientCredentialsResponse(server, client, await sent);
    },
    code:
      (code, { codeVerifier, redirectUri }) =>
      async (tools) => {
        const { oauth: library, server, client, options } = tools;
        // The state was compared when the callback was read.
        const callback = new URLSearchParams({ code });
        const checked = library.validateAuthResponse(server, client, callback, library.skipStateCheck);
        const proof = proofOf(tools);
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so only to make it stand out
        const verifier = codeVerifier ?? library.nopkce;
        const sent =
          redirectUri === undefined
            ? // oauth4webapi insists on a redirect URI, which must not be sent if the authorization request had none.
              library.genericTokenEndpointRequest(
                server,
                client,
                proof,
                'authorization_code',
                { code, ...(codeVerifier === undefined ? {} : { code_verifier: codeVerifier }) },
                options,
              )
            : library.authorizationCodeGrantRequest(server, client, proof, checked, redirectUri, verifier, options);
        return library.processAuthorizationCodeResponse(server, client, await sent);
      },
    refresh: (refreshToken) => async (tools) => {
      const { oauth: library, server, client, options } = tools;
      const sent = library.refreshTokenGrantRequest(server, client, proofOf(tools), refreshToken, options);
      return library.processRefreshTokenResponse(server, client, await sent);
    },
    revoke: (token) => async (tools) => {
      const { oauth: library, server, client, options } = tools;
      const sent = library.revocationRequest(server, client, proofOf(tools), token, options);
      await library.processRevocationResponse(await sent);
    },
  };
}
