/** A body of a successful answer: a value, or something that is none. */
export type ReadResult = { readonly readable: true; readonly value: unknown } | { readonly readable: false };

/**
 * Reads what a function returned. Nothing is `undefined`; JSON is its value, whatever the content type says; other text is
 * a string only if the content type says so.
 *
 * @param text - the body.
 * @param contentType - its `Content-Type`, if there was one.
 */
export function readResult(text: string, contentType: string | undefined): ReadResult {
  if (text === '') return { readable: true, value: undefined };
  try {
    return { readable: true, value: JSON.parse(text) as unknown };
  } catch {
    if (text.trim() === '') return { readable: true, value: undefined };
    return contentType !== undefined && /^\s*text\/plain\b/i.test(contentType)
      ? { readable: true, value: text }
      : { readable: false };
  }
}
