import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Emulator, startEmulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lpfn, MAIN } from '../lpfn-process.ts';

describe('the examples that help shows', () => {
  let emulator: Emulator;
  let folder: string;
  let env: Record<string, string>;
  beforeAll(async () => {
    emulator = await startEmulator();
    const code = 'async function lambda(input) { return input.payload; }';
    emulator.functions.add({ name: 'echo', uuid: '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55', code });
    emulator.functions.add({ name: 'listens', eventId: 'my_event', code });
    folder = await mkdtemp(join(tmpdir(), 'lpfn-examples-'));
    await writeFile(join(folder, 'payload.json'), '{"items":[{"price":3}]}');
    await writeFile(join(folder, 'orders.jsonl'), '{"n":1}\n{"n":2}\n');
    await writeFile(join(folder, 'lpfn'), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
    await chmod(join(folder, 'lpfn'), 0o755);
    env = {
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
      LPFN_CONFIG_DIR: join(folder, 'config'),
      LPFN_ACCOUNT_ID: emulator.accountId,
      LPFN_CLIENT_ID: emulator.apps.default.clientId,
      LPFN_CLIENT_SECRET: emulator.apps.default.clientSecret,
      LPFN_DISCOVERY_URL: emulator.discoveryUrl,
    };
  });
  afterAll(async () => {
    await emulator.close();
    await rm(folder, { recursive: true });
  });

  it.each(['invoke', 'is-implemented', 'functions list', 'functions show', 'events'])(
    'work as they stand: %s',
    async (command) => {
      const { stdout: help } = await lpfn([...command.split(' '), '--help']);
      const examples = help
        .slice(help.indexOf('Examples:'))
        .split('\n')
        .filter((line) => /^ {2}(?:lpfn|echo) /.test(line));
      expect(examples.length).toBeGreaterThan(1);
      for (const example of examples) {
        const child = spawn('sh', ['-c', example], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
        const [answer, talk] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
        expect({ example, code: child.exitCode, talk: child.exitCode === 0 ? '' : talk }).toEqual({
          example,
          code: 0,
          talk: '',
        });
        expect(answer, example).not.toBe('');
      }
    },
    60_000,
  );
});
