import { describe, expect, it } from 'vitest';
import { createUndiciTransport, type HttpTransport } from '../../src/index.ts';
import { createPrivateKey } from 'node:crypto';
import { inspect } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { SELF_SIGNED } from '../self-signed.ts';
import { BOTH_TRANSPORTS, requestTo, transportFailureOf, transportOf } from './both-transports.ts';
import { type LoopbackServer, startHttp, startHttps } from './loopback-server.ts';

const turn = (): Promise<void> => new Promise(setImmediate);

async function makeCalls(
  transport: HttpTransport,
  { url }: LoopbackServer,
  lanes: number,
  each: number,
): Promise<void> {
  const lane = async (): Promise<void> => {
    for (let n = 0; n < each; n++) await transport.send(requestTo(`${url}/x`));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

// undici does not use a connection again before the event loop has turned once after its last answer. A request that is made
// at once would open another one: twice as many connections as calls, for ever.
describe('undici: connections', () => {
  it.each([
    [1, 50],
    [8, 25],
    [64, 8],
  ])('%d calls at a time, %d after one another, take no more connections than calls', async (lanes, each) => {
    const server = await startHttp((_request, response) => response.end('1'));
    await makeCalls(transportOf(createUndiciTransport), server, lanes, each);
    expect(server.requests()).toBe(lanes * each);
    expect(server.connections()).toBeLessThanOrEqual(lanes);
  });

  it('one that the server closes after its answer is not used again', async () => {
    const server = await startHttp(({ socket }, response) => {
      response.end('1', () => socket.end());
    });
    await makeCalls(transportOf(createUndiciTransport), server, 1, 20);
    expect([server.requests(), server.connections()]).toEqual([20, 20]);
  });

  it('a request that waits for its turn is ended by its signal, and nothing of it is sent', async () => {
    const server = await startHttp((_request, response) => response.end('1'));
    const transport = transportOf(createUndiciTransport);
    const controller = new AbortController();
    await transport.send(requestTo(`${server.url}/first`));
    const second = transportFailureOf(transport.send(requestTo(`${server.url}/second`, { signal: controller.signal })));
    controller.abort();
    expect(await second).toMatchObject({ code: 'ABORTED', requestSent: 'no' });
    await turn();
    await turn();
    expect(server.requests()).toBe(1);
  });

  it('and by close(), which says so', async () => {
    const server = await startHttp((_request, response) => response.end('1'));
    const transport = transportOf(createUndiciTransport);
    await transport.send(requestTo(`${server.url}/first`));
    const second = transportFailureOf(transport.send(requestTo(`${server.url}/second`)));
    await transport.close();
    expect(await second).toMatchObject({ code: 'CLOSED', requestSent: 'no' });
    expect(server.requests()).toBe(1);
  });
});

describe.each(BOTH_TRANSPORTS)('$name: the age of connections', ({ create }) => {
  const MAX_AGE_MS = 300;
  const young = { maxConnectionAgeMs: MAX_AGE_MS };

  it('one that is in use all the time is replaced after its time, and no request is lost', async () => {
    const server = await startHttp((_request, response) => response.end('1'));
    const transport = transportOf(create, young);
    let sent = 0;
    while (server.connections() < 3) {
      expect((await transport.send(requestTo(`${server.url}/x`))).status).toBe(200);
      sent++;
      await delay(5);
    }
    expect(server.requests()).toBe(sent);
    expect(sent).toBeGreaterThan(server.connections());
  });

  it('also if a request waits for it all the time', async () => {
    const server = await startHttp((_request, response) => setTimeout(() => response.end('1'), 2));
    const transport = transportOf(create, { ...young, maxConnections: 2 });
    let sent = 0;
    const lane = async (): Promise<void> => {
      while (server.connections() < 6) {
        await transport.send(requestTo(`${server.url}/x`));
        sent++;
      }
    };
    await Promise.all(Array.from({ length: 10 }, lane));
    expect(server.requests()).toBe(sent);
    expect(sent).toBeGreaterThan(server.connections());
  });

  it('a single one, too', async () => {
    const server = await startHttp((_request, response) => response.end('1'));
    const transport = transportOf(create, { ...young, maxConnections: 1 });
    while (server.connections() < 3) await transport.send(requestTo(`${server.url}/x`));
    expect(server.requests()).toBeGreaterThan(server.connections());
  });

  it('when all of them are old, the next request has a new one', async () => {
    const server = await startHttp((_request, response) => setTimeout(() => response.end('1'), 20));
    const transport = transportOf(create, { ...young, maxConnections: 2 });
    const both = (): Promise<unknown> => Promise.all([1, 2].map(() => transport.send(requestTo(`${server.url}/x`))));
    await both();
    expect(server.connections()).toBe(2);
    // With both in use when they get old, and with none.
    for (const idleMs of [MAX_AGE_MS - 10, MAX_AGE_MS + 100]) {
      await both();
      await delay(idleMs);
      await transport.send(requestTo(`${server.url}/alone`, { timeoutMs: 5_000 }));
    }
    expect(server.connections()).toBeGreaterThan(2);
  });

  it('an answer that is under way then is still read to its end', async () => {
    const server = await startHttp(({ url }, response) => {
      response.write('a');
      setTimeout(() => response.end('b'), url === '/slow' ? 2 * MAX_AGE_MS : 0);
    });
    const transport = transportOf(create, { ...young, maxConnections: 2 });
    const slow = transport.send(requestTo(`${server.url}/slow`));
    await delay(MAX_AGE_MS + 100);
    expect((await transport.send(requestTo(`${server.url}/quick`))).text).toBe('ab');
    expect((await slow).text).toBe('ab');
    await delay(50);
    expect((await transport.send(requestTo(`${server.url}/quick`))).text).toBe('ab');
    expect(server.requests()).toBe(3);
  });

  it('one that nobody has used meanwhile is not used again', async () => {
    const server = await startHttp((_request, response) => response.end('1'));
    const transport = transportOf(create, young);
    await transport.send(requestTo(`${server.url}/1`));
    await delay(MAX_AGE_MS + 100);
    await transport.send(requestTo(`${server.url}/2`));
    expect(server.connections()).toBe(2);
  });
});

const PASSPHRASE = 'c2VjcmV0-passphrase';
const encryptedKey = createPrivateKey(SELF_SIGNED.key)
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE })
  .toString();

function refusalOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it was taken');
}

describe.each(BOTH_TRANSPORTS)('$name: a server that asks for a certificate', ({ create }) => {
  const asking = { requestCert: true, rejectUnauthorized: true, ca: SELF_SIGNED.cert };
  // TLS 1.2 tells within the handshake that a certificate is missing, 1.3 with the first answer.
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('is shown ours, by %s', async (version) => {
    const server = await startHttps((_request, response) => response.end('known'), { ...asking, maxVersion: version });
    const known = transportOf(create, { ca: SELF_SIGNED.cert, clientCertificate: SELF_SIGNED });
    expect((await known.send(requestTo(`${server.url}/x`))).text).toBe('known');
    const unknown = transportOf(create, { ca: SELF_SIGNED.cert });
    await transportFailureOf(unknown.send(requestTo(`${server.url}/x`)));
    expect(server.requests()).toBe(1);
  });

  it.each([
    [
      'a key that cannot be read',
      { ...SELF_SIGNED, key: SELF_SIGNED.key.replace('MIGHAgEAMBMGByqGSM49', 'c2VjcmV0LWtleS1ieXRl') },
    ],
    [
      'a certificate that cannot be read',
      { ...SELF_SIGNED, cert: '-----BEGIN CERTIFICATE-----\nc2VjcmV0\n-----END CERTIFICATE-----' },
    ],
    ['a passphrase that is wrong', { ...SELF_SIGNED, key: encryptedKey, passphrase: 'c2VjcmV0-wrong' }],
    ['a passphrase that is missing', { ...SELF_SIGNED, key: encryptedKey }],
  ])('%s is refused at once, and not shown', (_what, clientCertificate) => {
    const refusal = refusalOf(() => create({ clientCertificate }));
    expect(refusal).toMatchObject({ code: 'INVALID_OPTION', option: 'clientCertificate' });
    const shown = inspect(refusal, { depth: 9, showHidden: true });
    expect(shown).not.toContain('c2VjcmV0');
    expect(shown).not.toContain('BEGIN');
  });

  it('an encrypted key is opened by its passphrase', async () => {
    const server = await startHttps((_request, response) => response.end('known'), asking);
    const clientCertificate = { ...SELF_SIGNED, key: encryptedKey, passphrase: PASSPHRASE };
    const transport = transportOf(create, { ca: SELF_SIGNED.cert, clientCertificate });
    expect((await transport.send(requestTo(`${server.url}/x`))).text).toBe('known');
  });
});
