import type { RequestView } from './emulator-views.ts';

/**
 * Says what the journal lacks of a body.
 *
 * @param characters - how many it had; undefined if it was too long to be read
 * @returns nothing if it lacks nothing
 */
export function missingText(characters: number | undefined, isCut: boolean): string | undefined {
  if (!isCut) return undefined;
  if (characters === undefined)
    return 'It had more bytes than the emulator reads (maxRequestBytes): none of it is here.';
  return `It had ${characters.toLocaleString('en')} characters: only the beginning is here, as much as the journal keeps (journalBodyCharacters).`;
}

/** Says why a request cannot be written down to be sent again; nothing if it can. */
export function reasonNotToCopy({ bodyCut }: RequestView): string | undefined {
  return bodyCut ? 'It cannot be copied as curl or TypeScript, since its body is not all here.' : undefined;
}
