/**
 * A text that others wrote, cut to what a message can hold. Scrub it first: what is left of a secret that was cut in the
 * middle would not be recognised.
 *
 * @param characters - kept at most; an ellipsis says that there was more.
 */
export function shorten(text: string, characters: number): string {
  return text.length > characters ? `${text.slice(0, characters)}…` : text;
}
