/** What the environment says about colours. */
export interface ColorWishes {
  /** `NO_COLOR` holds something. @see https://no-color.org */
  readonly noColor: boolean;
  /** What `FORCE_COLOR` says, if it says anything: `0` and `false` say no. */
  readonly forceColor: boolean | undefined;
  /** `TERM=dumb`: a terminal that can only print one line after the other. */
  readonly dumbTerminal: boolean;
}

/**
 * Whether to print in colour: FORCE_COLOR over NO_COLOR, as Node itself has it, both over what the stream is.
 *
 * @param isTerminal - whether a person reads there.
 */
export function wantsColor({ noColor, forceColor, dumbTerminal }: ColorWishes, isTerminal: boolean): boolean {
  return forceColor ?? (!noColor && !dumbTerminal && isTerminal);
}
