/** A payload as it was typed into a form, or what is wrong with it. */
export type TypedPayload = { readonly payload: unknown } | { readonly problem: string };

/**
 * Reads what was typed.
 *
 * @param text - JSON; nothing at all stands for `{}`.
 */
export function readPayload(text: string): TypedPayload {
  if (text.trim() === '') return { payload: {} };
  try {
    return { payload: JSON.parse(text) as unknown };
  } catch (error) {
    return { problem: `This is not JSON: ${(error as Error).message}` };
  }
}
