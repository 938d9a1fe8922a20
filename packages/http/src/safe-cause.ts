/**
 * Copies of an error what is safe to show: name, message and code. HTTP libraries hang the whole request on their errors,
 * credentials included, so theirs never become a `cause` as they are.
 *
 * @param error - what a library threw; anything, of any realm.
 * @param scrub - removes the secrets of this call from a text.
 */
export function safeCause(error: unknown, scrub: (text: string) => string = (text) => text): Error {
  const copy = new Error(scrub(messageOf(error)));
  delete copy.stack;
  if (typeof error !== 'object' || error === null) return copy;
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  if (typeof name === 'string') copy.name = name;
  if (typeof code === 'string') Object.defineProperty(copy, 'code', { value: code, enumerable: true });
  return copy;
}

function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { message, errors } = error as { readonly message?: unknown; readonly errors?: unknown };
  // Failed connections to several addresses of one name come together, without a message of their own.
  if (message === '' && Array.isArray(errors)) return errors.map(messageOf).join('; ');
  return typeof message === 'string' ? message : Object.prototype.toString.call(error);
}
