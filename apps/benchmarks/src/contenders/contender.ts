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

/** Name of a contender. */
export type ContenderName = (typeof CONTENDERS)[number];

/** How the report calls them. */
export const CONTENDER_TITLES: Readonly<Record<ContenderName, string>> = {
  'lp-functions': '@lp-functions/client',
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
