import { jsonReply, type Reply } from './reply.ts';

/** Error codes of RFC 6749 sections 4.1.2.1 and 5.2. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'access_denied'
  | 'server_error'
  | 'temporarily_unavailable';

/** Answers an error the way RFC 6749 section 5.2 says. */
export function oauthError(status: number, error: OAuthErrorCode, description: string): Reply {
  return jsonReply(status, { error, error_description: description }, NO_STORE);
}

/** Names the code that a bare status stands for, for scripted answers without a body. */
export function oauthErrorOf(status: number): OAuthErrorCode {
  if (status === 401) return 'invalid_client';
  if (status === 429 || status === 503) return 'temporarily_unavailable';
  return status >= 500 ? 'server_error' : 'invalid_request';
}

/** Answers that carry tokens, or could have, are not to be cached (RFC 6749 section 5.1). */
export const NO_STORE: Readonly<Record<string, string>> = { 'cache-control': 'no-store', pragma: 'no-cache' };
