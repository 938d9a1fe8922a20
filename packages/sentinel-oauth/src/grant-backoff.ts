const FIRST_MS = 5_000;
const MAX_MS = 60_000;

/**
 * How long to leave Sentinel alone after renewals failed in a row.
 *
 * @param failures - 1 after the first.
 * @returns 5 s, doubling to 60 s, in milliseconds.
 */
export function grantBackoffMs(failures: number): number {
  return failures <= 0 ? 0 : Math.min(FIRST_MS * 2 ** (failures - 1), MAX_MS);
}
