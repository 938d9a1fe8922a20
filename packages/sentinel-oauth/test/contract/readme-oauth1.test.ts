import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AuthMethod } from '../../src/index.ts';
import { bundleChild, type ChildProgram } from '../child-program.ts';
import { ACCOUNT, expectNothingLeaked, identity } from '../identity-under-test.ts';
import { type ReceivedRequest, type ScriptedServer, startScriptedServer } from '../scripted-server.ts';

// The authorizer that the README writes: cut out of it as it stands there, compiled, and run.

type Stamp = Readonly<Record<string, string>>;
type OAuth1 = (key: string, secret: string, token: string, tokenSecret: string, fresh?: () => Stamp) => AuthMethod;

interface Fence {
  readonly language: string;
  readonly code: string;
}

const PACKAGE = join(import.meta.dirname, '../..');
const FENCES = pathToFileURL(join(PACKAGE, '../../scripts/readme-fences.mjs')).href;
const SECRETS = ['consumer+secret/1', 'token secret&2'] as const;

let snippet: string;
let program: ChildProgram;
let folder: string;
let oauth1: OAuth1;

beforeAll(async () => {
  const { readmeFences } = (await import(FENCES)) as { readonly readmeFences: (text: string) => readonly Fence[] };
  const fences = readmeFences(await readFile(join(PACKAGE, 'README.md'), 'utf8'));
  const found = fences.filter(({ code }) => code.includes('HMAC-SHA1'));
  expect(found.map(({ language }) => language)).toEqual(['ts']);
  snippet = found[0]!.code;
  folder = await mkdtemp(join(PACKAGE, 'node_modules/.snippet-'));
  await writeFile(join(folder, 'oauth1.ts'), snippet);
  program = await bundleChild(join(folder, 'oauth1.ts'));
  ({ oauth1 } = (await import(pathToFileURL(program.file).href)) as { readonly oauth1: OAuth1 });
});
afterAll(async () => {
  await program.remove();
  await rm(folder, { recursive: true, force: true });
  expectNothingLeaked(SECRETS);
});

const fieldsOf = (header: string): Readonly<Record<string, string>> => {
  expect(header).toMatch(/^OAuth (?:\w+="[\w%.~-]*"(?:, |$))+$/);
  return Object.fromEntries(
    [...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, decodeURIComponent(value)]),
  );
};

async function signed(auth: AuthMethod, method: string, url: string): Promise<Readonly<Record<string, string>>> {
  const { authorizer } = identity({ sentinel: 'https://unused.example', auth });
  const headers = await authorizer.authorize({ method, url });
  expect(Object.keys(headers)).toEqual(['authorization']);
  return fieldsOf(headers['authorization']!);
}

test('has less than 40 lines', () => {
  expect(snippet.trimEnd().split('\n').length).toBeLessThan(40);
});

describe('signs as published', () => {
  test.each([
    [
      'OAuth Core 1.0 Revision A, appendix A.5: with oauth_version',
      ['dpf43f3p2l4k3l03', 'kd94hf93k423kf44', 'nnch734d00sl2jdk', 'pfkkdhi9sl3r4s00'],
      { oauth_nonce: 'kllo9940pd9333jh', oauth_timestamp: '1191242096', oauth_version: '1.0' },
      'GET',
      'http://photos.example.net/photos?file=vacation.jpg&size=original',
      'tR3+Ty81lMeYAr/Fid0kMTYa/WM=',
    ],
    [
      'RFC 5849 section 1.2: without oauth_version, which is optional',
      ['dpf43f3p2l4k3l03', 'kd94hf93k423kf44', 'nnch734d00sl2jdk', 'pfkkdhi9sl3r4s00'],
      { oauth_nonce: 'chapoH', oauth_timestamp: '137131202' },
      'GET',
      'http://photos.example.net/photos?file=vacation.jpg&size=original',
      'MdpQcU8iPSUjWoN/UDMsK2sui9I=',
    ],
    [
      // The signature that section 3.1 prints is wrong: this is the one of erratum 2550. The section's form body stands in the
      // query here, which gives the same base string: names twice, empty values, blanks, and names that must be encoded.
      'RFC 5849 section 3.4.1.1, as corrected',
      ['9djdj82h48djs9d2', 'j49sk3j29djd', 'kkk9d7dh3k39sjv7', 'dh893hdasih9'],
      { oauth_nonce: '7d8f3e4a', oauth_timestamp: '137131201' },
      'POST',
      'http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b&c2&a3=2+q',
      'r6/TJjbCOr97/+UU0NsvSne7s5g=',
    ],
  ] as const)('%s', async (_where, [key, secret, token, tokenSecret], stamp, method, url, signature) => {
    const fields = await signed(
      oauth1(key, secret, token, tokenSecret, () => stamp),
      method,
      url,
    );
    expect(fields).toEqual({
      oauth_consumer_key: key,
      oauth_token: token,
      oauth_signature_method: 'HMAC-SHA1',
      oauth_signature: signature,
      ...stamp,
    });
  });

  test('a name that begins like another comes after it, whatever follows', async () => {
    const stamp = (): Stamp => ({ oauth_nonce: 'n', oauth_timestamp: '1' });
    const auth = oauth1('key', SECRETS[0], 'token', SECRETS[1], stamp);
    const query = ['a=2', 'a=1', 'a1=0', 'a%20b=0', 'a.b=0'];
    const signatures = new Set<string>();
    for (const order of [query, query.toReversed()]) {
      signatures.add((await signed(auth, 'GET', `https://api.example/x?${order.join('&')}`))['oauth_signature']!);
    }
    // Made by another implementation, over a=1, a=2, a%20b, a.b, a1 and the protocol's own, in this order.
    expect(signatures).toEqual(new Set(['hrqQ3yVlAqPt90U2VN5Nd6DwzCE=']));
  });
});

describe('with the HTTP client', () => {
  let api: ScriptedServer;
  beforeEach(async () => {
    api = await startScriptedServer({ status: 503 });
  });
  afterEach(() => api.close());

  async function call(auth: AuthMethod): Promise<readonly ReceivedRequest[]> {
    const { http, authorizer } = identity({ sentinel: 'https://unused.example', auth });
    const context = { operation: 'listing', accountId: ACCOUNT };
    await http.request({
      context,
      method: 'GET',
      url: `${api.url}/list?state=a%20b&state=c`,
      rule: 'read',
      authorizer,
    });
    return api.requests;
  }

  test('J10: each attempt has a nonce of its own and the present time, also after a 401', async () => {
    api.script = (_request, count) => [{ status: 503 }, { status: 401 }, { status: 503 }][count - 1] ?? { body: '[]' };
    const earliest = Math.floor(Date.now() / 1000);
    const sent = (await call(oauth1('key', SECRETS[0], 'token', SECRETS[1]))).map(({ headers }) =>
      fieldsOf(headers.authorization!),
    );
    expect(sent).toHaveLength(4);
    for (const name of ['oauth_nonce', 'oauth_signature'])
      expect(new Set(sent.map((fields) => fields[name])).size).toBe(4);
    for (const { oauth_timestamp: said, oauth_version: version } of sent) {
      expect(version).toBe('1.0');
      expect(Number(said)).toBeGreaterThanOrEqual(earliest);
      expect(Number(said)).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000));
    }
  });

  test('what is signed is what is sent', async () => {
    api.script = { body: '[]' };
    const [request] = await call(oauth1('key', SECRETS[0], 'token', SECRETS[1]));
    const sent = fieldsOf(request!.headers.authorization!);
    const { oauth_nonce, oauth_timestamp, oauth_version } = sent as Record<
      'oauth_nonce' | 'oauth_timestamp' | 'oauth_version',
      string
    >;
    const again = oauth1('key', SECRETS[0], 'token', SECRETS[1], () => ({
      oauth_nonce,
      oauth_timestamp,
      oauth_version,
    }));
    expect(await signed(again, request!.method, `${api.url}${request!.url}`)).toEqual(sent);
    const other = await signed(again, request!.method, `${api.url}${request!.url}x`);
    expect(other['oauth_signature']).not.toBe(sent['oauth_signature']);
  });
});
