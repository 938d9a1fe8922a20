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

/** Creates Sentinel's keys. The first is generated in the background, so that starting does not wait for it. */
export function createSigningKeys(clock: EmulatorClock): SigningKeys {
  let generation = 1;
  const withdrawn = new Set<string>();
  let current = generate(clock, generation);
  let previous: Promise<SigningKey>[] = [];
  // Whoever needs the key awaits it; nobody may ever need it.
  current.catch(() => undefined);
  return {
    current: () => current,
    rotate: async (keepPrevious) => {
      const old = current;
      generation += 1;
      const next = generate(clock, generation);
      current = next;
      if (keepPrevious) {
        previous = [old, ...previous];
      } else {
        const all = await Promise.all([old, ...previous]);
        for (const key of all) withdrawn.add(key.keyId);
        previous = [];
      }
      await next;
    },
    published: async () => (await Promise.all([current, ...previous])).flatMap((key) => key.published),
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
