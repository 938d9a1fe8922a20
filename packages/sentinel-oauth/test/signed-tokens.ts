import { createHmac, generateKeyPairSync, type KeyObject, sign as signBytes } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import { ACCOUNT, CLIENT_ID } from './identity-under-test.ts';

/** A key pair of Sentinel's, or of somebody who would like to be it. */
export interface SigningPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export function makeSigningPair(modulusLength = 2048): SigningPair {
  return generateKeyPairSync('rsa', { modulusLength });
}

/** A public key as Sentinel publishes it. */
export async function published({ publicKey }: SigningPair, kid: string): Promise<object> {
  return { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
}

/** Claims as Sentinel makes them, ten minutes from a moment in epoch seconds. */
export function idTokenClaims(now: number): Readonly<Record<string, unknown>> {
  return { sub: '1000', iss: 'sentinel', aud: CLIENT_ID, iat: now, exp: now + 600 };
}

export function appTokenClaims(now: number): Readonly<Record<string, unknown>> {
  return { aud: ACCOUNT, azp: CLIENT_ID, iss: 'Sentinel', iat: now, exp: now + 600 };
}

export function sign(claims: object, { privateKey }: SigningPair, kid: string): Promise<string> {
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
}

/** Made once: a key takes a second on a busy machine. */
let stranger: SigningPair | undefined;

/** RS256 without jose, which would refuse a key that is too short. */
export function signPlainly(claims: object, { privateKey }: SigningPair, kid: string): string {
  const signed = `${encode({ alg: 'RS256', kid })}.${encode(claims)}`;
  return `${signed}.${signBytes('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
}

/** Tokens with the right claims, by somebody who does not have the key: each names the key that is published. */
export async function forgeries(claims: object, owner: SigningPair, kid: string): Promise<readonly string[]> {
  const genuine = await sign(claims, owner, kid);
  const [header = '', , signature = ''] = genuine.split('.');
  const body = encode({ ...claims, is_admin: true });
  const none = encode({ alg: 'none', kid });
  const hmac = encode({ alg: 'HS256', kid });
  const pem = owner.publicKey.export({ type: 'spki', format: 'pem' });
  const mac = createHmac('sha256', pem).update(`${hmac}.${body}`).digest('base64url');
  return [
    `${none}.${body}.`,
    `${none}.${body}.${signature}`,
    `${hmac}.${body}.${mac}`,
    await sign(claims, (stranger ??= makeSigningPair()), kid),
    `${header}.${body}.${signature}`,
  ];
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
