/** One HTTP request, as a transport sends it. */
export interface HttpRequest {
  /** Upper case. */
  readonly method: string;
  /** Absolute, normalised URL with a path. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Handed down only if the caller gave one. */
  readonly signal?: AbortSignal | undefined;
  /** For the whole exchange, from waiting for a connection to the last byte of the answer, in milliseconds. */
  readonly timeoutMs: number;
  /** More than this is refused with `RESPONSE_TOO_LARGE`. */
  readonly maxResponseBytes: number;
}

/** One HTTP answer. Status 901 is one, too. */
export interface HttpResponse {
  readonly status: number;
  /** What the server calls the status, where the transport tells: for showing, nothing depends on it. */
  readonly statusText?: string | undefined;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The body, decoded as UTF-8. */
  readonly text: string;
}

/** Sends HTTP requests, and does nothing else: no redirects, no retries, no judgement of the status. */
export interface HttpTransport {
  /**
   * Sends one request and reads the whole answer.
   *
   * @throws {@link TransportError} and nothing else. Its `requestSent` is `'no'` only in the phases lookup, connect and
   *   tls; what the transport does not know is `'maybe'`.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Ends connections. Requests under way fail. */
  close(): Promise<void>;
}

/** Reads a header that should occur once. */
export function headerValue(headers: HttpResponse['headers'], name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}
