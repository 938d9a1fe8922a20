import type { Environment } from './settings/environment.ts';
import type { GlobalFlags } from './settings/global-flags.ts';
import type { HostCache } from './settings/host-cache.ts';
import type { ProfileFile } from './settings/profiles.ts';
import type { SecretStorage } from './settings/secret-storage.ts';
import type { Settings } from './settings/settings.ts';
import type { Answer, Output } from './terminal/output.ts';

/** What every command is given. */
export interface CommandContext {
  /** The flags that every command has. */
  readonly flags: GlobalFlags;
  readonly environment: Environment;
  /** With whom to speak and as whom: flags over environment over profile over defaults. */
  readonly settings: Settings;
  /** What is kept under names. */
  readonly profiles: ProfileFile;
  /** The client secrets that are kept. */
  readonly secrets: SecretStorage;
  /** Hosts of earlier runs. */
  readonly hosts: HostCache;
  /** Where to print. */
  readonly output: Output;
  /** Whether somebody is there to answer questions: at a terminal, and not with `--no-input`. */
  readonly attended: boolean;
  /** Ends on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** What a command does. It answers, or has printed everything itself and answers nothing. */
export type Handler = (context: CommandContext) => Promise<Answer | undefined>;

/** Runs a handler with the context of this run, and prints what it answers. */
export type Runner = (flags: GlobalFlags, handler: Handler) => Promise<void>;
