/** What {@link EmulatorError} can be about. */
export type EmulatorErrorCode =
  | 'INVALID_OPTION'
  | 'INVALID_APP_INSTALLATION'
  | 'INVALID_FUNCTION'
  | 'INVALID_DATA'
  | 'AUTHORIZATION_REFUSED'
  | 'UNKNOWN_ACCOUNT'
  | 'UNKNOWN_FUNCTION'
  | 'UNKNOWN_USER'
  | 'UNKNOWN_APP'
  | 'DUPLICATE'
  | 'PORT_IN_USE'
  | 'DATA_IN_USE'
  | 'WAIT_TIMEOUT'
  | 'VERIFICATION_FAILED'
  | 'CLOSED';

/** A mistake in how the emulator is used. What the emulated platform refuses is an HTTP answer, never this. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError';
  readonly code: EmulatorErrorCode;

  constructor(code: EmulatorErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
