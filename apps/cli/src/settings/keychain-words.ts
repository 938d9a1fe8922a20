/** What the library says, and what that means to a person. The first that fits. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [
    /locked|dismissed|no ?storage ?access|couldn't access|not allowed|denied|cancel/i,
    'it is locked, or does not let lpfn in',
  ],
  [/too long/i, 'it takes no secret of this length'],
  [/d-?bus|secret service|platform failure|not supported|no default store/i, 'no keychain answers on this machine'],
];

/**
 * Why the keychain cannot be used. The library passes on what D-Bus and other systems say of themselves, which says nothing to a person.
 *
 * @param message - of its error.
 */
export function keychainWords(message: string): string {
  return MEANINGS.find(([pattern]) => pattern.test(message))?.[1] ?? 'it fails, for a reason that it does not tell';
}
