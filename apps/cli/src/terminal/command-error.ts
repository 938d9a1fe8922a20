import type { ExitCode } from './exit-code.ts';

/** What a command found out by itself. The libraries' errors are passed on as they are. */
export type CommandErrorCode =
  | 'REDIRECT_URI_INVALID'
  | 'PORT_IN_USE'
  | 'PORT_REFUSED'
  | 'LOGIN_TIMED_OUT'
  | 'LOGIN_UNANSWERED'
  | 'NOT_LOGGED_IN'
  | 'NOTHING_TO_DECODE'
  | 'PROFILE_TAKEN'
  | 'LOGOUT_INCOMPLETE'
  | 'APP_REFUSED'
  | 'CHECK_FAILED';

/** A command cannot do what it was asked to: what happened, and what to do about it. */
export class CommandError extends Error {
  readonly code: CommandErrorCode;
  readonly hint: string | undefined;
  /** Further fields for `--json`. */
  readonly details: Readonly<Record<string, unknown>> | undefined;
  /** Where the code alone does not say which. */
  readonly exitCode: ExitCode | undefined;

  /**
   * @param code - for scripts.
   * @param message - what happened.
   * @param hint - why probably, and what to do.
   * @param details - further fields for `--json`.
   * @param exitCode - where the code alone does not say which.
   */
  constructor(
    code: CommandErrorCode,
    message: string,
    hint?: string,
    details?: Readonly<Record<string, unknown>>,
    exitCode?: ExitCode,
  ) {
    super(message);
    this.name = 'CommandError';
    this.code = code;
    this.hint = hint;
    this.details = details;
    this.exitCode = exitCode;
  }
}
