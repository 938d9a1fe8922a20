/** Names under which a browser to test with is installed. */
export const CHROMIUM: readonly string[];

/** Path of the first of some programs that is on the PATH and may be run. */
export function programPath(alternatives: readonly string[]): string | undefined;
