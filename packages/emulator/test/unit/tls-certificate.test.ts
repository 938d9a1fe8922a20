import { X509Certificate } from 'node:crypto';
import { createServer, connect, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createTlsIdentity } from '../../src/tls-certificate.ts';

/** Connects to a server with the given names and tells what the check of its certificate says. */
async function handshake(hosts: readonly string[], servername: string): Promise<string> {
  const { caPem, certificatePem, keyPem } = createTlsIdentity(hosts);
  const server = createServer({ key: keyPem, cert: certificatePem }, (socket) => {
    socket.on('error', () => undefined);
    socket.end();
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const result = await new Promise<string>((resolve) => {
    const socket: TLSSocket = connect(
      { port: (server.address() as AddressInfo).port, host: '127.0.0.1', servername, ca: caPem },
      () => {
        resolve('trusted');
        socket.destroy();
      },
    );
    socket.once('error', (error: Error) => {
      resolve(error.message);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return result;
}

test('the authority is an authority, and the certificate is not', () => {
  const { caPem, certificatePem } = createTlsIdentity(['va.sentinel.liveperson.net', 'localhost']);
  const [ca, leaf] = [new X509Certificate(caPem), new X509Certificate(certificatePem)];
  expect([ca.ca, leaf.ca]).toEqual([true, false]);
  expect(ca.verify(ca.publicKey)).toBe(true);
  expect(leaf.verify(ca.publicKey)).toBe(true);
  expect(leaf.checkIssued(ca)).toBe(true);
  expect(leaf.checkHost('va.sentinel.liveperson.net')).toBe('va.sentinel.liveperson.net');
  expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(new Date(leaf.validTo).getTime()).toBeGreaterThan(Date.now());
});

test.each([
  ['va.sentinel.liveperson.net', 'trusted'],
  ['euwe1.fninvocations.localhost', 'trusted'],
])('a certificate for %s is trusted', async (host, expected) => {
  expect(await handshake([host], host)).toBe(expected);
});

test.each(['example.com', 'liveperson.net.example.com', 'evilliveperson.net'])(
  'a certificate for %s is refused, although the same authority signed it',
  async (host) => {
    expect(await handshake([host], host)).toBe('permitted subtree violation');
  },
);
