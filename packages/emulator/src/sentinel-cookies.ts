/** Names the authorization request that a browser is on its way with; LivePerson calls it so. */
export const HELD_COOKIE = 'ibs_id';
/** Names the browser's sign-in. */
export const SIGN_IN_COOKIE = 'lpfn_signed_in';

/** Reads one cookie of a `Cookie` header. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}
