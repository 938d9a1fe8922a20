import { UsageError } from '../terminal/usage-error.ts';

/** How a person names a function. */
export type FunctionReference =
  { readonly uuid: string; readonly name?: undefined } | { readonly name: string; readonly uuid?: undefined };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Groups of hexadecimal digits, of about the length of a UUID. */
const MISTYPED_UUID = /^(?=.{28,44}$)[0-9a-f]+(?:-[0-9a-f]*){2,}$|^[0-9a-f]{32}$/i;

/**
 * Takes what stands on the command line for a function's UUID or its name. A function's name is the name of a folder, too, so that a
 * path is none.
 *
 * @throws UsageError
 */
export function functionReference(text: string): FunctionReference {
  if (UUID.test(text)) return { uuid: text };
  if (MISTYPED_UUID.test(text)) {
    throw new UsageError(
      `${JSON.stringify(text)} looks like a UUID, but is none`,
      'A UUID has groups of 8, 4, 4, 4 and 12 digits: 6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55.',
    );
  }
  if (!/^[^\p{Cc}/\\]{1,256}$/u.test(text) || text.trim() !== text || /^\.*$/.test(text)) {
    throw new UsageError(
      `${JSON.stringify(text)} is neither the UUID nor the name of a function`,
      'See "lpfn functions list".',
    );
  }
  return { name: text };
}
