import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lpfn } from '../lpfn-process.ts';

const CREDENTIALS = { LPFN_ACCOUNT_ID: '12345678', LPFN_CLIENT_ID: 'any', LPFN_CLIENT_SECRET: 'any-secret-text' };

// A command that keeps to no deadline asks such a server for more than 40 s: its four attempts have 10 s each.
describe('a server that accepts and never answers', () => {
  const silent = createServer((socket) => {
    socket.on('error', () => undefined);
  });
  let env: Readonly<Record<string, string>>;
  let folder: string;
  beforeAll(async () => {
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as AddressInfo;
    env = { ...CREDENTIALS, LPFN_DISCOVERY_URL: `http://127.0.0.1:${String(port)}` };
    folder = await mkdtemp(join(tmpdir(), 'lpfn-deadline-'));
    await writeFile(join(folder, 'lines.jsonl'), '{"n":1}\n');
  });
  afterAll(async () => {
    silent.close();
    await rm(folder, { recursive: true });
  });

  it.each([
    ['invoke by UUID', ['invoke', '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55']],
    ['invoke by name', ['invoke', 'echo']],
    ['invoke --curl by name', ['invoke', 'echo', '--curl']],
    ['invoke --batch by name', ['invoke', 'echo', '--batch', 'FILE']],
  ])(
    'ends %s at its deadline, with exit code 9',
    async (_what, args) => {
      const given = args.map((arg) => (arg === 'FILE' ? join(folder, 'lines.jsonl') : arg));
      const { code, stderr } = await lpfn([...given, '--deadline', '300ms'], { env });
      expect({ code, stderr }).toEqual({
        code: 9,
        stderr: expect.stringContaining('code=DEADLINE_EXCEEDED executed=no'),
      });
    },
    8_000,
  );

  it.each(['domains', 'domains faasGW', 'functions list', 'functions show echo', 'token'])(
    'ends %s at its deadline, with exit code 9',
    async (line) => {
      const run = await lpfn([...line.split(' '), '--deadline', '300ms', '--json'], { env });
      expect(run).toMatchObject({ code: 9, stderr: '' });
      expect(JSON.parse(run.stdout)).toMatchObject({
        error: { code: 'DEADLINE_EXCEEDED', message: 'there was no answer within 0.3 s' },
      });
    },
    8_000,
  );

  it('whoami says at its deadline what is known without asking', async () => {
    const run = await lpfn(['whoami', '--deadline', '300ms'], { env });
    expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('cannot be told') as string });
  }, 8_000);
});

describe('a function that is called by name', () => {
  let emulator: Emulator;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    emulator = await startEmulator();
    emulator.functions.add({ name: 'echo', code: 'async function lambda(input) { return input.payload; }' });
    env = {
      LPFN_ACCOUNT_ID: emulator.accountId,
      LPFN_CLIENT_ID: emulator.apps.default.clientId,
      LPFN_CLIENT_SECRET: emulator.apps.default.clientSecret,
      LPFN_DISCOVERY_URL: emulator.discoveryUrl,
    };
  });
  beforeEach(() => emulator.reset());
  afterAll(() => emulator.close());

  it('has one deadline over looking it up and running it', async () => {
    emulator.faults.add({ operation: 'listFunctions', delayMs: 1_200 });
    emulator.faults.add({ operation: 'invokeByUuid', delayMs: 1_200 });
    const args = ['invoke', 'echo', '--json', '--deadline'];
    expect(JSON.parse((await lpfn([...args, '2s'], { env })).stdout)).toMatchObject({
      error: { code: 'DEADLINE_EXCEEDED' },
    });
    expect(emulator.requests.list({ operation: 'listFunctions' })).toHaveLength(1);
  });

  it('has the timeout for looking it up, too', async () => {
    emulator.faults.add({ operation: 'listFunctions', hang: true });
    const args = ['invoke', 'echo', '--json', '--timeout', '300ms', '--retries', '0'];
    const { code, stdout } = await lpfn(args, { env });
    expect(code).toBe(9);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'ATTEMPT_TIMEOUT', executed: 'no' } });
  });
});
