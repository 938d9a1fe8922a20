import { createHash, generateKeyPairSync, randomBytes, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { bitString, boolean, integer, objectId, octetString, sequence, set, tagged, utcTime, utf8 } from './der.ts';

/** A server certificate with its key, and the authority that vouches for it, as PEM. */
export interface TlsIdentity {
  readonly caPem: string;
  readonly certificatePem: string;
  readonly keyPem: string;
}

const ECDSA_WITH_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'));
const DAY_MS = 86_400_000;
const LIFETIME_MS = 365 * DAY_MS;
/** Names under which a certificate of this authority is believed. Whoever trusts it risks nothing for any other name. */
const PERMITTED_DOMAINS = ['liveperson.net', 'localhost'];
const PERMITTED_ADDRESSES = ['7f000000ff000000', `${'00'.repeat(15)}01${'ff'.repeat(16)}`];
const LOOPBACK_ADDRESSES = ['7f000001', `${'00'.repeat(15)}01`];

/**
 * Makes an authority and a server certificate. The authority's key is thrown away at once; it is constrained to LivePerson's
 * names and loopback (RFC 5280 section 4.2.1.10), so trusting it cannot hurt anything else.
 *
 * @param hosts - DNS names of the server, each under a permitted domain
 */
export function createTlsIdentity(hosts: readonly string[]): TlsIdentity {
  const authority = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const server = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const issuer = commonName(`lp-functions emulator CA ${randomBytes(4).toString('hex')}`);
  const authorityKeyId = keyId(authority.publicKey);
  const ca = certificate({
    issuer,
    subject: issuer,
    publicKey: authority.publicKey,
    signingKey: authority.privateKey,
    extensions: [
      extension('2.5.29.19', true, sequence(boolean(true), integer(Buffer.from([0])))),
      // keyCertSign and cRLSign.
      extension('2.5.29.15', true, bitString(Buffer.from([0x06]), 1)),
      extension('2.5.29.14', false, octetString(authorityKeyId)),
      extension('2.5.29.30', true, nameConstraints()),
    ],
  });
  const leaf = certificate({
    issuer,
    subject: commonName('lp-functions emulator'),
    publicKey: server.publicKey,
    signingKey: authority.privateKey,
    extensions: [
      extension('2.5.29.19', true, sequence()),
      // digitalSignature.
      extension('2.5.29.15', true, bitString(Buffer.from([0x80]), 7)),
      // serverAuth.
      extension('2.5.29.37', false, sequence(objectId('1.3.6.1.5.5.7.3.1'))),
      extension('2.5.29.14', false, octetString(keyId(server.publicKey))),
      extension('2.5.29.35', false, sequence(tagged(0, authorityKeyId, false))),
      extension('2.5.29.17', false, alternativeNames(hosts)),
    ],
  });
  return {
    caPem: pem(ca),
    certificatePem: pem(leaf),
    keyPem: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Tells whether an identity that was made earlier still serves: for all of these hosts, and for another month. */
export function isServiceable({ certificatePem }: TlsIdentity, hosts: readonly string[]): boolean {
  const kept = new X509Certificate(certificatePem);
  const lasts = Date.parse(kept.validTo) - Date.now() > 30 * DAY_MS;
  return lasts && hosts.every((host) => kept.checkHost(host) !== undefined);
}

function certificate(parts: {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly extensions: readonly Buffer[];
}): Buffer {
  // TLS is judged by the machine's clock, not by the emulator's.
  const now = Date.now();
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const body = sequence(
    tagged(0, integer(Buffer.from([2])), true),
    integer(serial),
    ECDSA_WITH_SHA256,
    parts.issuer,
    sequence(utcTime(now - DAY_MS), utcTime(now + LIFETIME_MS)),
    parts.subject,
    parts.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...parts.extensions), true),
  );
  return sequence(body, ECDSA_WITH_SHA256, bitString(sign('sha256', body, parts.signingKey)));
}

function commonName(text: string): Buffer {
  return sequence(set(sequence(objectId('2.5.4.3'), utf8(text))));
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(objectId(id), ...(critical ? [boolean(true)] : []), octetString(value));
}

function nameConstraints(): Buffer {
  const domains = PERMITTED_DOMAINS.map((domain) => sequence(tagged(2, Buffer.from(domain), false)));
  const addresses = PERMITTED_ADDRESSES.map((range) => sequence(tagged(7, Buffer.from(range, 'hex'), false)));
  return sequence(tagged(0, Buffer.concat([...domains, ...addresses]), true));
}

function alternativeNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) => tagged(2, Buffer.from(host), false));
  const addresses = LOOPBACK_ADDRESSES.map((address) => tagged(7, Buffer.from(address, 'hex'), false));
  return sequence(...names, ...addresses);
}

function keyId(publicKey: KeyObject): Buffer {
  return createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}

function pem(certificateDer: Buffer): string {
  const lines = certificateDer.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
