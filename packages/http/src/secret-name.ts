const SECRET_NAME = /auth|token|secret|passw|api.?key|cookie|credential|session/i;

/**
 * True for the name of a header or field whose value is nothing for a terminal: `X-Api-Key`, `client_secret`.
 *
 * @param name - in any spelling.
 */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}
