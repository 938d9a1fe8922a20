import { UsageError } from '../terminal/usage-error.ts';

/**
 * A header for the function, as `--header` takes it.
 *
 * @param header - KEY=VALUE.
 * @throws UsageError
 */
export function readHeader(header: string): { readonly key: string; readonly value: string } {
  const at = header.indexOf('=');
  if (at < 1) throw new UsageError(`--header ${JSON.stringify(header)} is not of the form KEY=VALUE`);
  return { key: header.slice(0, at), value: header.slice(at + 1) };
}
