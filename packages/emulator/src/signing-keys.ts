import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { exportJWK, type JWK } from 'jose';
import type { EmulatorClock } from './emulator-clock.ts';

/** The key that signs now. */
export interface SigningKey {
  /** Distinguishes keys within this emulator; not what goes on the wire. */
  readonly keyId: string;
  readonly appTokenKid: string;
  readonly idTokenKid: string;
  readonly privateKey: KeyObject;
  readonly published: readonly JWK[];
}

/** Sentinel's signing keys. */
export interface SigningKeys {
  current(): Promise<SigningKey>;
  /**
   * Signs with a new key from now on.
   *
   * @param keepPrevious - whether older keys stay published, and what they signed valid
   */
  rotate(keepPrevious: boolean): Promise<void>;
  published(): Promise<readonly JWK[]>;
  /** Tells whether what a key signed is still to be believed. */
  isPublished(keyId: string): boolean;
}

/** A key as it is kept across restarts. */
export interface KeptKey {
  readonly keyId: string;
  readonly appTokenKid: string;
  readonly idTokenKid: string;
  readonly privateKeyPem: string;
}

const generateRsa = promisify(generateKeyPair);
const MODULUS_LENGTH = 2048;

/**
 * Creates Sentinel's keys. Making one takes a tenth of a second, so the first is made when it is first asked for.
 *
 * @param store - where keys are kept across restarts
 */
export function createSigningKeys(
  clock: EmulatorClock,
  store?: { readonly keys: () => readonly KeptKey[]; readonly keepKeys: (keys: readonly KeptKey[]) => void },
): SigningKeys {
  const kept = store?.keys() ?? [];
  let generation = Math.max(0, ...kept.map(({ keyId }) => Number(keyId)).filter(Number.isSafeInteger));
  let keys: readonly Promise<SigningKey>[] = kept.map(revive);
  const withdrawn = new Set<string>();
  const add = (previous: readonly Promise<SigningKey>[]): Promise<SigningKey> => {
    generation += 1;
    const added = generate(clock, generation).then(async (key) => {
      store?.keepKeys([key, ...(await Promise.all(previous))].map(keptForm));
      return key;
    });
    // A key that could not be made or kept is not the current one for ever.
    added.catch(() => {
      keys = keys.filter((key) => key !== added);
    });
    keys = [added, ...previous];
    return added;
  };
  const current = (): Promise<SigningKey> => keys[0] ?? add([]);
  return {
    current,
    rotate: async (keepPrevious) => {
      const previous = keys;
      if (!keepPrevious) for (const key of await Promise.all(previous)) withdrawn.add(key.keyId);
      await add(keepPrevious ? previous : []);
    },
    published: async () => {
      await current();
      return (await Promise.all(keys)).flatMap((key) => key.published);
    },
    isPublished: (keyId) => !withdrawn.has(keyId),
  };
}

async function generate(clock: EmulatorClock, generation: number): Promise<SigningKey> {
  const { privateKey } = await generateRsa('rsa', { modulusLength: MODULUS_LENGTH });
  const suffix = `${dayMonthYear(clock.now())}${generation === 1 ? '' : `-${String(generation)}`}`;
  return signingKey(String(generation), `appjwt-${suffix}`, `idtoken-${suffix}`, privateKey);
}

async function revive({ keyId, appTokenKid, idTokenKid, privateKeyPem }: KeptKey): Promise<SigningKey> {
  return signingKey(keyId, appTokenKid, idTokenKid, createPrivateKey(privateKeyPem));
}

async function signingKey(
  keyId: string,
  appTokenKid: string,
  idTokenKid: string,
  privateKey: KeyObject,
): Promise<SigningKey> {
  const jwk = await exportJWK(createPublicKey(privateKey));
  const published = [appTokenKid, idTokenKid].map((kid) => ({ ...jwk, kid, use: 'sig', alg: 'RS256' }));
  return { keyId, appTokenKid, idTokenKid, privateKey, published };
}

function keptForm({ keyId, appTokenKid, idTokenKid, privateKey }: SigningKey): KeptKey {
  const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { keyId, appTokenKid, idTokenKid, privateKeyPem };
}

/** Sentinel's key ids carry the day they were made on: `appjwt-DD-MM-YY`. */
function dayMonthYear(epochMs: number): string {
  const [year = '', month = '', day = ''] = new Date(epochMs).toISOString().slice(2, 10).split('-');
  return `${day}-${month}-${year}`;
}
