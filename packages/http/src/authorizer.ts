/** The request that needs authorization, once per attempt. */
export interface AuthorizationRequest {
  /** Absolute URL with its query: enough to sign it (OAuth 1.0, DPoP). */
  readonly url: string;
  /** Upper case. */
  readonly method: string;
  /** The caller's signal, if it gave one. */
  readonly signal?: AbortSignal | undefined;
}

/** What the server refused with 401. */
export interface RejectedAuthorization {
  /** The headers this authorizer returned for the attempt that was refused. */
  readonly headers: Readonly<Record<string, string>>;
  /** The `WWW-Authenticate` header of the refusal, if there was one. */
  readonly challenge?: string | undefined;
}

/** Adds authorization to a request. The seam of the auth layer: whoever implements it can be plugged in everywhere. */
export interface Authorizer {
  /**
   * Gives the headers that authorize one attempt.
   *
   * @param request - the attempt.
   * @param rejected - set when the last attempt of the same call was answered 401: name a newer credential, or return the
   *   same headers to say that there is none.
   * @returns the headers to send, usually `authorization` alone.
   */
  authorize(request: AuthorizationRequest, rejected?: RejectedAuthorization): Promise<Readonly<Record<string, string>>>;
}
