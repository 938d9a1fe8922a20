// What a terminal obeys rather than shows: all of C0 and C1 but the end of a line and the tab, and DEL.
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * Makes control characters visible, as JSON would write them: `\u001b`. Text that a function or server sent must not set a terminal's
 * title, colours or clipboard, or write over what stands there. Everything that is foreign passes here on its way to a terminal or to
 * stderr; data on a pipe stays as it is.
 *
 * @param text - without colours of our own.
 */
export function withVisibleControls(text: string): string {
  return text.replaceAll(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
