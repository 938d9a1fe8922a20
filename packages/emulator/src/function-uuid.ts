import { createHash } from 'node:crypto';

/** Namespace of this emulator's function ids (a random UUID, fixed for ever). */
const NAMESPACE = Buffer.from('8d2f4c1e6a0b4b6f9a3de1c75b0f2a47', 'hex');

/**
 * Computes the UUID of a function: UUIDv5 of account and name, so that it is the same at every start and on every machine.
 *
 * @see RFC 9562 section 5.5
 */
export function functionUuid(accountId: string, name: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(`${accountId}/${name}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
