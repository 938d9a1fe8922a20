import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Emulator, startEmulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
// @boundaries-ignore: what tests of several packages need stands once, at the root of the repository.
import { type RedisServer, startRedis } from '../../../../tools/redis-server.mjs';
import { lpfn, MAIN } from '../lpfn-process.ts';

/** Those of `login` and `logout` need a person. */
const LOGIN_COMMANDS = ['whoami', 'token', 'doctor', 'app template', 'app check'];

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
const program = inject('redisServer');

describe('the examples that help shows', () => {
  let emulator: Emulator;
  let folder: string;
  let asApp: Record<string, string>;
  /** Only what says where everything is: profiles say the rest. */
  let bare: Record<string, string>;
  let redis: RedisServer | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lpfn-examples-'));
    const app = { client_id: 'my-client', client_secret: 'secret-of-the-example', client_name: 'mine' };
    const grants = { grant_types: ['client_credentials'], scope: 'faas.lambda.invoke' };
    await writeFile(join(folder, 'installed.json'), JSON.stringify({ ...app, ...grants }));
    emulator = await startEmulator({
      accountId: '11223344',
      appsPath: join(folder, 'installed.json'),
      redirectUris: ['http://localhost:8787/callback'],
    });
    const code = 'async function lambda(input) { return input.payload; }';
    emulator.functions.add({ name: 'echo', uuid: UUID, code });
    emulator.functions.add({ name: 'listens', eventId: 'my_event', code });
    emulator.functions.add({ name: 'my-function', code });
    emulator.functions.add({ name: 'greet', code });
    await writeFile(join(folder, 'payload.json'), '{"items":[{"price":3}]}');
    await writeFile(join(folder, 'app.json'), '{"client_name":"mine"}');
    await writeFile(join(folder, 'orders.jsonl'), '{"n":1}\n{"n":2}\n');
    await writeFile(join(folder, 'secret.txt'), app.client_secret);
    await writeFile(join(folder, 'lpfn'), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
    await chmod(join(folder, 'lpfn'), 0o755);
    bare = {
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
      LPFN_CONFIG_DIR: join(folder, 'config'),
      LPFN_DISCOVERY_URL: emulator.discoveryUrl,
    };
    asApp = {
      ...bare,
      LPFN_ACCOUNT_ID: emulator.accountId,
      LPFN_CLIENT_ID: emulator.apps.default.clientId,
      LPFN_CLIENT_SECRET: emulator.apps.default.clientSecret,
    };
    if (program !== undefined) {
      redis = await startRedis(program);
      asApp['LPFN_REDIS_URL'] = redis.url;
    }
  });
  afterAll(async () => {
    await Promise.all([emulator.close(), redis?.close()]);
    await rm(folder, { recursive: true });
  });

  async function examplesOf(command: string): Promise<readonly string[]> {
    const { stdout: help } = await lpfn([...command.split(' '), '--help']);
    const examples = help
      .slice(help.indexOf('Examples:'))
      .split('\n')
      .filter((line) => /^ {2}(?:lpfn|echo) /.test(line));
    expect(examples.length).toBeGreaterThan(1);
    return examples;
  }

  async function runAll(examples: readonly string[], env: Record<string, string>): Promise<void> {
    for (const example of examples) {
      const child = spawn('sh', ['-c', example], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
      const [answer, talk] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
      expect({ example, code: child.exitCode, talk: child.exitCode === 0 ? '' : talk }).toEqual({
        example,
        code: 0,
        talk: '',
      });
      expect(answer + talk, example).not.toBe('');
    }
  }

  it.each(['invoke', 'is-implemented', 'functions list', 'functions show', 'events', ...LOGIN_COMMANDS])(
    'work as they stand: %s',
    async (command) => runAll(await examplesOf(command), asApp),
    60_000,
  );

  it('work as they stand: profile', async () => runAll(await examplesOf('profile'), bare), 60_000);

  // `queue work` goes on until it is told to end: lpfn-queue.test.ts.
  it.skipIf(program === undefined)(
    'work as they stand: queue',
    async () => {
      const examples = await examplesOf('queue');
      await runAll(
        examples.filter((example) => !example.includes('queue work')),
        asApp,
      );
    },
    60_000,
  );
});
