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
  | 'APP_REFUSED';

/** A command cannot do what it was asked to: what happened, and what to do about it. */
export class CommandError extends Error {
  readonly code: CommandErrorCode;
  readonly hint: string | undefined;

  /**
   * @param code - for scripts.
   * @param message - what happened.
   * @param hint - why probably, and what to do.
   * @param cause - what led to it.
   */
  constructor(code: CommandErrorCode, message: string, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'CommandError';
    this.code = code;
    this.hint = hint;
  }
}
