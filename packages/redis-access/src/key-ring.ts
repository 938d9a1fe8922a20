import { createCipheriv, createDecipheriv, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { type EncryptionKeys, type LoadedKeys, loadKeys } from './encryption-keys.ts';

/** What came of opening a sealed text. */
export type Opened =
  | { readonly text: string; readonly problem?: undefined }
  /** The key with this id is not among those that were given. */
  | { readonly problem: 'unknown key'; readonly keyId: string }
  /** It was not sealed by a key ring, was changed since, or belongs somewhere else. */
  | { readonly problem: 'damaged' };

/** Seals texts, so that they can neither be read nor moved nor changed where they are kept. */
export interface KeyRing {
  /**
   * Seals with the first key.
   *
   * @param context - where the text will be kept. It opens there only.
   */
  seal(text: string, context: string): Promise<string>;
  /** Opens with whichever key sealed it. */
  open(sealed: string, context: string): Promise<Opened>;
}

/** Names the format, so that another can follow it. */
const FORMAT = 'lpfn1';
const CIPHER = 'aes-256-gcm';
const [SALT_BYTES, KEY_BYTES, NONCE_BYTES, TAG_BYTES] = [32, 32, 12, 16];

/**
 * Makes a key ring. Every text is sealed with AES-256-GCM under a key and nonce of its own, derived from the ring's key and
 * a random salt (HKDF-SHA256, RFC 5869): with random nonces under one key, AES-GCM is good for 2^32 texts, which a busy
 * queue writes within days. Key id and context are authenticated.
 *
 * @param keys - the first seals, all open.
 * @throws {@link ConfigurationError} INVALID_OPTION, at once for a list, with every use for a function.
 * @see NIST SP 800-38D section 8.3 for the limit.
 */
export function createKeyRing(keys: EncryptionKeys): KeyRing {
  const fixed = typeof keys === 'function' ? undefined : loadKeys(keys);
  const ask = typeof keys === 'function' ? keys : undefined;

  async function current(): Promise<LoadedKeys> {
    return fixed ?? loadKeys(await ask?.());
  }

  return {
    async seal(text, context) {
      const [{ id, secret }] = await current();
      const salt = randomBytes(SALT_BYTES);
      const { cipherKey, nonce } = derive(secret, salt);
      const cipher = createCipheriv(CIPHER, cipherKey, nonce).setAAD(bound(id, context));
      const sealed = Buffer.concat([salt, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return [FORMAT, id, sealed.toString('base64url')].join('.');
    },
    async open(sealed, context) {
      const [format, id, body, ...rest] = sealed.split('.');
      if (format !== FORMAT || id === undefined || body === undefined || rest.length > 0) return { problem: 'damaged' };
      const bytes = Buffer.from(body, 'base64url');
      if (bytes.length < SALT_BYTES + TAG_BYTES) return { problem: 'damaged' };
      const key = (await current()).find((one) => one.id === id);
      if (key === undefined) return { problem: 'unknown key', keyId: id };
      const { cipherKey, nonce } = derive(key.secret, bytes.subarray(0, SALT_BYTES));
      const decipher = createDecipheriv(CIPHER, cipherKey, nonce, { authTagLength: TAG_BYTES }).setAAD(
        bound(id, context),
      );
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        const plain = Buffer.concat([decipher.update(bytes.subarray(SALT_BYTES, -TAG_BYTES)), decipher.final()]);
        return { text: plain.toString('utf8') };
      } catch {
        return { problem: 'damaged' };
      }
    },
  };
}

function derive(secret: KeyObject, salt: Buffer): { readonly cipherKey: Buffer; readonly nonce: Buffer } {
  const bytes = Buffer.from(hkdfSync('sha256', secret, salt, FORMAT, KEY_BYTES + NONCE_BYTES));
  return { cipherKey: bytes.subarray(0, KEY_BYTES), nonce: bytes.subarray(KEY_BYTES) };
}

function bound(id: string, context: string): Buffer {
  return Buffer.from([FORMAT, id, context].join('.'), 'utf8');
}
