import { FaaSDetailedError, type FaaSDetailedErrorOptions, isFaaSDetailedError } from '@lp-functions/errors';

/**
 * Asks the listing, and says in the words of this program what to do if it may not be asked: the library's hint names an option that a
 * command line does not have.
 *
 * @param ask - asks the listing.
 * @param instead - what does the same without the listing, if anything.
 */
export async function askListing<T>(ask: () => Promise<T>, instead?: string): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isFaaSDetailedError(error) || (error.code !== 'FORBIDDEN' && error.code !== 'UNAUTHORIZED')) throw error;
    const hint = [
      'LivePerson lets users list functions rather than apps, and this identity may not.',
      instead ??
        'The page of a function in LivePerson Functions shows its UUID; "lpfn is-implemented EVENT" asks by event.',
    ].join(' ');
    const facts = Object.fromEntries(Object.entries(error)) as unknown as FaaSDetailedErrorOptions;
    throw new FaaSDetailedError(error.message, { ...facts, hint, cause: error.cause });
  }
}
