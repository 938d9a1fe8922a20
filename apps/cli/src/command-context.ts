import type { Environment } from './settings/environment.ts';
import type { GlobalFlags } from './settings/global-flags.ts';
import type { Settings } from './settings/settings.ts';
import type { Answer, Output } from './terminal/output.ts';

/** What every command is given. */
export interface CommandContext {
  /** The flags that every command has. */
  readonly flags: GlobalFlags;
  readonly environment: Environment;
  /** With whom to speak and as whom: flags over environment over profile over defaults. */
  readonly settings: Settings;
  /** Where to print. */
  readonly output: Output;
  /** Ends on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** What a command does. It answers, or has printed everything itself and answers nothing. */
export type Handler = (context: CommandContext) => Promise<Answer | undefined>;

/** Runs a handler with the context of this run, and prints what it answers. */
export type Runner = (flags: GlobalFlags, handler: Handler) => Promise<void>;
