import { createSecretKey, type KeyObject } from 'node:crypto';
import { ConfigurationError, type Secret } from '@lp-functions/errors';
import type { OptionRule } from '@lp-functions/http';

/** A key of AES-256, with the name by which sealed texts refer to it. */
export interface EncryptionKey {
  /** Letters, digits, `-` and `_`, 32 at most. It stands readable in what is sealed. Never give an id to another secret. */
  readonly id: string;
  /** 32 random bytes: as they are, or as their Base64 (`openssl rand -base64 32`). */
  readonly secret: string | Uint8Array | Secret;
}

/**
 * The first key seals, all of them open. To rotate, put a new one in front, and drop the old one when nothing that it sealed
 * is left. A function is asked with every use, so that keys can be rotated without a restart.
 */
export type EncryptionKeys =
  readonly EncryptionKey[] | (() => readonly EncryptionKey[] | Promise<readonly EncryptionKey[]>);

/** A key that is ready for use. */
export interface LoadedKey {
  readonly id: string;
  readonly secret: KeyObject;
}

/** Never empty. */
export type LoadedKeys = readonly [LoadedKey, ...LoadedKey[]];

const ID = /^[A-Za-z0-9_-]{1,32}$/;
const KEY_BYTES = 32;
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/;

/** Worded to follow the option's name. A function is not called for it. */
export const encryptionKeysRule: OptionRule = (value) => {
  if (value === undefined || typeof value === 'function') return undefined;
  return Array.isArray(value) && value.length > 0
    ? undefined
    : 'must be a list of { id, secret }, the newest first, or a function that gives one';
};

/**
 * Makes keys ready for use.
 *
 * @param keys - as they were given.
 * @throws {@link ConfigurationError} INVALID_OPTION, naming the key, never its secret.
 */
export function loadKeys(keys: unknown): LoadedKeys {
  const problem = encryptionKeysRule(keys) ?? (Array.isArray(keys) ? undefined : 'must be a list of { id, secret }');
  if (problem !== undefined) throw wrong('encryptionKeys', problem);
  const loaded = (keys as readonly Partial<EncryptionKey>[]).map((key, index) => {
    const path = `encryptionKeys[${String(index)}]`;
    if (typeof (key as unknown) !== 'object' || (key as unknown) === null) throw wrong(path, 'must be { id, secret }');
    const { id, secret } = key;
    if (typeof id !== 'string' || !ID.test(id)) {
      throw wrong(`${path}.id`, 'must be made of letters, digits, - and _, 32 characters at most');
    }
    const bytes = bytesOf(secret);
    if (bytes?.length !== KEY_BYTES) throw wrong(`${path}.secret`, 'must be 32 bytes, or a text that is their Base64');
    return { id, secret: createSecretKey(bytes) };
  });
  const twice = loaded.find(({ id }, index) => loaded.findIndex((other) => other.id === id) !== index);
  if (twice !== undefined) throw wrong('encryptionKeys', `must not have two keys with the id ${twice.id}`);
  return loaded as unknown as LoadedKeys;
}

function bytesOf(secret: unknown): Buffer | undefined {
  if (secret instanceof Uint8Array) return Buffer.from(secret);
  const text = typeof secret === 'string' ? secret : revealed(secret);
  // Both alphabets of Base64: Buffer reads either.
  return text !== undefined && BASE64.test(text.trim()) ? Buffer.from(text.trim(), 'base64') : undefined;
}

/** By its method, not by `instanceof`: another installed copy may have made it. */
function revealed(secret: unknown): string | undefined {
  if (typeof secret !== 'object' || secret === null || !('reveal' in secret)) return undefined;
  const { reveal } = secret as { readonly reveal: unknown };
  const text: unknown = typeof reveal === 'function' ? reveal.call(secret) : undefined;
  return typeof text === 'string' ? text : undefined;
}

function wrong(option: string, problem: string): ConfigurationError {
  return new ConfigurationError(`${option} ${problem}`, { code: 'INVALID_OPTION', option });
}
