/** What a person pasted: an address to be judged with its state, or a code that was picked out of one by hand. */
export type PastedAnswer =
  { readonly kind: 'address'; readonly address: string } | { readonly kind: 'code'; readonly code: string };

/** The form of codes is not documented. RFC 6749 section 10.10 wants them hard to guess: what is shorter is something else. */
const CODE = /^[\x21-\x7e]{8,2048}$/;

/**
 * Reads what a person pasted as the answer to a login: the whole address that the browser ended up at, its query, or the code alone.
 *
 * @param text - one line.
 * @returns `undefined` if it can be none of them.
 */
export function readPastedAnswer(text: string): PastedAnswer | undefined {
  // Chats and terminals put quotes and angle brackets around addresses.
  const pasted = text.trim().replace(/^(["'<])(.*)(["'>])$/, '$2');
  if (pasted === '') return undefined;
  if (/:\/\/|^[/?]|(?:^|[?&])(?:code|error|state)=/.test(pasted)) return { kind: 'address', address: pasted };
  return CODE.test(pasted) ? { kind: 'code', code: decoded(pasted) } : undefined;
}

/** As it stood in an address. */
function decoded(code: string): string {
  try {
    return decodeURIComponent(code);
  } catch {
    return code;
  }
}
