import { SentinelOAuthError } from '@lp-functions/errors';
import { type Keychain, KeychainError } from './keychain.ts';
import type { SecretFile } from './secret-file.ts';

/** Where a secret is kept. */
export type SecretPlace = 'keychain' | 'file';

/** Keeps client secrets between runs. */
export interface SecretStorage {
  /** The secret under a key, or `undefined`. @throws {@link SentinelOAuthError} STORE_FAILED if the keychain has it and is locked. */
  get(key: string): Promise<string | undefined>;
  /** Where the secret under a key is kept, without reading it; `undefined` if there is none. */
  locate(key: string): Promise<SecretPlace | undefined>;
  /**
   * Keeps a secret: in the keychain, or, where that cannot be used, in a file of mode 0600, with a notice.
   *
   * @param place - `file` does not try the keychain.
   * @returns where it is kept now.
   */
  set(key: string, secret: string, place?: SecretPlace): Promise<SecretPlace>;
  /** Removes the secret under a key, wherever it is, if there is one. */
  delete(key: string): Promise<void>;
}

/** Whose secret it is. */
export interface SecretOwner {
  readonly accountId: string;
  readonly clientId: string;
  /** Of the Domain API. */
  readonly discoveryUrl: string;
}

/** Parts of {@link createSecretStorage}. */
export interface SecretStorageParts {
  readonly file: SecretFile;
  readonly keychain: Keychain;
  /** Tells a person what was done instead of what was meant. */
  readonly notify: (line: string) => void;
}

/** The name under which a secret is kept: an app of one account on one server, so that no server is ever sent another's. */
export function secretKey({ accountId, clientId, discoveryUrl }: SecretOwner): string {
  return `${clientId}@${accountId} ${discoveryUrl}`;
}

/** Keeps secrets in the keychain, where there is one, else in a file. */
export function createSecretStorage({ file, keychain, notify }: SecretStorageParts): SecretStorage {
  /** Keeps a secret in the keychain, or returns why that cannot be. */
  async function inKeychain(key: string, secret: string): Promise<KeychainError | undefined> {
    try {
      await keychain.set(key, secret);
      return undefined;
    } catch (error) {
      if (!(error instanceof KeychainError)) throw error;
      return error;
    }
  }

  async function forgetInKeychain(key: string): Promise<void> {
    try {
      await keychain.delete(key);
    } catch (error) {
      if (!(error instanceof KeychainError)) throw error;
      notify(`An old secret is left in the system keychain, as "lpfn" and "${key}": ${error.message}.`);
    }
  }

  return {
    async get(key) {
      const entry = await file.get(key);
      if (entry === undefined || 'secret' in entry) return entry?.secret;
      try {
        const secret = await keychain.get(key);
        if (secret === undefined) throw new KeychainError('it has been removed from there');
        return secret;
      } catch (error) {
        throw error instanceof KeychainError ? unreadable(error) : error;
      }
    },
    async locate(key) {
      const entry = await file.get(key);
      if (entry === undefined) return undefined;
      return 'secret' in entry ? 'file' : 'keychain';
    },
    async set(key, secret, place = 'keychain') {
      const before = await file.get(key);
      const refusal = place === 'keychain' ? await inKeychain(key, secret) : undefined;
      const kept = place === 'keychain' && refusal === undefined;
      await file.set(key, kept ? { keychain: true } : { secret });
      // Not before it is true.
      if (refusal !== undefined) {
        notify(`The system keychain cannot be used: ${refusal.message}.`);
        notify(`The secret is kept in ${file.path}, which only you can read.`);
      }
      if (!kept && before !== undefined && 'keychain' in before) await forgetInKeychain(key);
      return kept ? 'keychain' : 'file';
    },
    async delete(key) {
      const entry = await file.get(key);
      if (entry === undefined) return;
      if ('keychain' in entry) await forgetInKeychain(key);
      await file.set(key, undefined);
    },
  };
}

function unreadable(error: KeychainError): SentinelOAuthError {
  return new SentinelOAuthError(`the client secret could not be read from the system keychain: ${error.message}`, {
    code: 'STORE_FAILED',
    fault: 'caller',
    retryable: true,
    hint: 'Unlock the keychain; or set LPFN_CLIENT_SECRET for this run; or run "lpfn profile add" with --secret-in file.',
  });
}
