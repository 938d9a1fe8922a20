/** What stands for a secret in everything that the emulator lists. */
export const MASK = '[masked]';

/** Quotes a text for a POSIX shell. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Quotes a text for PowerShell. */
export function powerShellQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
