/** One way of calling a function. */
export interface Contender {
  /** One invocation by UUID; rejects if the answer is not the expected one. */
  invoke(): Promise<void>;
  /** Ends connections, so that the process can end. */
  close(): Promise<void>;
}

/** Makes a contender that calls the platform on a loopback port. */
export type MakeContender = (port: number) => Contender;

/** The contenders, in the order of the report. */
export const CONTENDERS = ['lp-functions', 'undici', 'got', 'official'] as const;

/** Our client with OpenTelemetry, and another build of it: not part of the comparison with others. */
export const VARIANTS = ['lp-functions-noop', 'lp-functions-sdk', 'baseline'] as const;

/** Name of a contender. */
export type ContenderName = (typeof CONTENDERS)[number] | (typeof VARIANTS)[number];

/** How the report calls them. */
export const CONTENDER_TITLES: Readonly<Record<ContenderName, string>> = {
  'lp-functions': '@lp-functions/client',
  'lp-functions-noop': 'telemetry: the API, no SDK registered',
  'lp-functions-sdk': 'telemetry: the SDK, batches, 1 in 1 sampled',
  baseline: '@lp-functions/client of the baseline',
  undici: 'bare undici request',
  got: 'got 14',
  official: 'liveperson-functions-client 2.2.0',
};

/**
 * Checks an answer.
 *
 * @param result - what the function returned, as the contender handed it on.
 * @throws Error if it is not what the server sends.
 */
export function expectAccepted(result: unknown): void {
  if ((result as { accepted?: unknown } | undefined)?.accepted !== true) {
    throw new Error(`an unexpected answer: ${JSON.stringify(result)}`);
  }
}
