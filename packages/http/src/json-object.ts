/**
 * Reads a body that should be a JSON object.
 *
 * @param text - the body.
 * @returns the object, or `undefined` if the text is no JSON, or JSON of another kind (a list too).
 */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
