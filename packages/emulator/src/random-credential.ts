import { randomBytes, randomInt, randomUUID } from 'node:crypto';

const LOWER_CASE_ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Makes a client id as Sentinel does: a UUID. */
export function randomClientId(): string {
  return randomUUID();
}

/** Makes a client secret as Sentinel does: 26 lower-case letters and digits. */
export function randomClientSecret(): string {
  return Array.from({ length: 26 }, () => LOWER_CASE_ALPHANUMERIC[randomInt(LOWER_CASE_ALPHANUMERIC.length)]).join('');
}

/** Makes an opaque token of the given number of hex digits: LivePerson's samples show 64 for access and 144 for refresh tokens. */
export function randomHex(digits: number): string {
  return randomBytes(digits / 2).toString('hex');
}
