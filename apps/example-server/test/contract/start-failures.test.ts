import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { endServerProcesses, spawnServer } from '../server-process.ts';

const SECRET = 'a client secret of some length';

describe('a server that cannot start says which setting is to blame, and no more', () => {
  let folder: string;
  let port: string;
  const taken = createServer();
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lp-functions-example-'));
    await writeFile(join(folder, 'file'), '');
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    port = String((taken.address() as { port: number }).port);
  });
  afterAll(async () => {
    taken.close();
    await rm(folder, { recursive: true });
  });
  afterEach(endServerProcesses);

  test.each([
    ['a port that is taken', () => ({ EXAMPLE_PORT: port }), 'EXAMPLE_PORT is in use'],
    ['a host that is not here', () => ({ EXAMPLE_HOST: '192.0.2.1' }), 'EXAMPLE_HOST is not an address'],
    ['a file for a folder', () => ({ EXAMPLE_DATA_DIRECTORY: join(folder, 'file') }), 'EXAMPLE_DATA_DIRECTORY is not'],
    ['an account that is none', () => ({ LPFN_ACCOUNT_ID: 'a/b' }), 'LPFN_ACCOUNT_ID must be'],
    ['plain http', () => ({ LPFN_DISCOVERY_URL: 'http://plain.example' }), 'LPFN_DISCOVERY_URL uses plain http'],
    ['another protocol', () => ({ LPFN_DISCOVERY_URL: 'ftp://x.example' }), 'LPFN_DISCOVERY_URL must be'],
    ['a proxy of another protocol', () => ({ HTTPS_PROXY: 'socks5://x.example' }), 'HTTPS_PROXY'],
  ])('%s', async (_what, wrong, problem) => {
    const child = spawnServer({
      LPFN_ACCOUNT_ID: '12345678',
      LPFN_CLIENT_ID: 'id',
      LPFN_CLIENT_SECRET: SECRET,
      EXAMPLE_SESSION_SECRETS: 'x'.repeat(32),
      EXAMPLE_PORT: '0',
      EXAMPLE_DATA_DIRECTORY: join(folder, 'data'),
      ...wrong(),
    });
    let said = '';
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    expect(said).toMatch(new RegExp(`^This server cannot start with these settings:\\n  ${problem}.*\\n$`));
    expect(said).not.toContain(SECRET);
    expect(code).toBe(1);
  });
});
