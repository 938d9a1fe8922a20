/** What stands for a secret in everything that the emulator lists. */
export const MASK = '[masked]';

/**
 * Quotes a text for a POSIX shell. Where a secret was masked, the variable is put in instead.
 *
 * @param variable - name of the shell variable that holds what was masked
 */
export function shellQuoted(text: string, variable: string): string {
  const pieces = text.split(MASK).map((piece) => (piece === '' ? '' : `'${piece.replaceAll("'", "'\\''")}'`));
  return pieces.join(`"$${variable}"`) || "''";
}

/** Quotes a text for PowerShell. */
export function powerShellQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
