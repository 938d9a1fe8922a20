/** Watches the attempts of one call, for a tracing library. */
export interface CallTrace {
  /**
   * An attempt begins.
   *
   * @param attempt - 1 for the first.
   */
  attempt(method: string, url: string, attempt: number): AttemptTrace;
}

/** One attempt that is watched. */
export interface AttemptTrace {
  /** Sent along: the context of the trace. */
  readonly headers: Readonly<Record<string, string>>;
  /** The attempt was answered, or failed. Must not throw. */
  end(outcome: { readonly status?: number | undefined; readonly errorCode?: string | undefined }): void;
}
