import { generateKeyPair, type KeyObject } from 'node:crypto';
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

const generateRsa = promisify(generateKeyPair);
const MODULUS_LENGTH = 2048;

/** Creates Sentinel's keys. Making one takes a tenth of a second, so the first is made when it is first asked for. */
export function createSigningKeys(clock: EmulatorClock): SigningKeys {
  let generation = 0;
  let keys: Promise<SigningKey>[] = [];
  const withdrawn = new Set<string>();
  const add = (): Promise<SigningKey> => {
    generation += 1;
    const key = generate(clock, generation);
    keys = [key, ...keys];
    return key;
  };
  const current = (): Promise<SigningKey> => keys[0] ?? add();
  return {
    current,
    rotate: async (keepPrevious) => {
      if (!keepPrevious) {
        const old = await Promise.all(keys);
        for (const key of old) withdrawn.add(key.keyId);
        keys = [];
      }
      await add();
    },
    published: async () => {
      await current();
      return (await Promise.all(keys)).flatMap((key) => key.published);
    },
    isPublished: (keyId) => !withdrawn.has(keyId),
  };
}

async function generate(clock: EmulatorClock, generation: number): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateRsa('rsa', { modulusLength: MODULUS_LENGTH });
  const jwk = await exportJWK(publicKey);
  const suffix = `${dayMonthYear(clock.now())}${generation === 1 ? '' : `-${String(generation)}`}`;
  const appTokenKid = `appjwt-${suffix}`;
  const idTokenKid = `idtoken-${suffix}`;
  const published = [appTokenKid, idTokenKid].map((kid) => ({ ...jwk, kid, use: 'sig', alg: 'RS256' }));
  return { keyId: String(generation), appTokenKid, idTokenKid, privateKey, published };
}

/** Sentinel's key ids carry the day they were made on: `appjwt-DD-MM-YY`. */
function dayMonthYear(epochMs: number): string {
  const [year = '', month = '', day = ''] = new Date(epochMs).toISOString().slice(2, 10).split('-');
  return `${day}-${month}-${year}`;
}
