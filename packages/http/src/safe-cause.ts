/**
 * Copies of an error what is safe to show: name, message and code. HTTP libraries hang the whole request on their errors,
 * credentials included, so theirs never become a `cause` as they are.
 *
 * @param error - what a library threw.
 * @param scrub - removes the secrets of this call from a text.
 */
export function safeCause(error: unknown, scrub: (text: string) => string = (text) => text): Error {
  if (!(error instanceof Error)) return new Error(scrub(String(error)));
  const copy = new Error(scrub(error.message));
  copy.name = error.name;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') Object.defineProperty(copy, 'code', { value: code, enumerable: true });
  delete copy.stack;
  return copy;
}
