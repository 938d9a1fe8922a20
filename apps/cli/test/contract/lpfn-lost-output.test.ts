import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Emulator, startEmulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryConfigFolder } from '../config-folder.ts';
import { MAIN } from '../lpfn-process.ts';

const LOST = 'lpfn: the answer could not be written to standard output: the disk is full (ENOSPC)\n';

describe.skipIf(!existsSync('/dev/full'))('a disk that is full', () => {
  let emulator: Emulator;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    emulator = await startEmulator();
    const code = (body: string): string => `async function lambda(input) { ${body} }`;
    emulator.functions.add({ name: 'echo', code: code('return 1;') });
    emulator.functions.add({ name: 'throws', code: code("throw new Error('no');") });
    env = {
      LPFN_ACCOUNT_ID: emulator.accountId,
      LPFN_CLIENT_ID: emulator.apps.default.clientId,
      LPFN_CLIENT_SECRET: emulator.apps.default.clientSecret,
      LPFN_DISCOVERY_URL: emulator.discoveryUrl,
    };
  });
  afterAll(() => emulator.close());

  async function run(args: string): Promise<{ readonly code: unknown; readonly stderr: string }> {
    const folder = await temporaryConfigFolder();
    return new Promise((resolve) => {
      execFile(
        '/bin/sh',
        ['-c', `exec "${process.execPath}" "${MAIN}" ${args} >/dev/full`],
        { env: { ...env, LPFN_CONFIG_DIR: folder } },
        (error, _stdout, stderr) => resolve({ code: error?.code ?? 0, stderr }),
      );
    });
  }

  it.each([
    '--version',
    '--version --json',
    'version',
    '--help',
    '--help --json',
    'events',
    'events --json',
    'domains',
  ])('is told, with exit code 1: %s', async (args) => {
    expect(await run(args)).toEqual({ code: 1, stderr: LOST });
  });

  it('is no success of an answer that sets its own exit code', async () => {
    expect(await run('is-implemented any_event')).toEqual({ code: 1, stderr: LOST });
  });

  it.each(['invoke echo', 'invoke echo --json', 'invoke echo --output raw'])(
    'says that the function has run, with its request id: %s',
    async (args) => {
      expect(await run(`${args} --request-id my-id`)).toEqual({
        code: 1,
        stderr: `${LOST}  → The function ran, and its answer is lost. The same command runs it again.\n  requestId=my-id\n`,
      });
    },
  );

  it('says so of one that failed, whose code stays', async () => {
    expect(await run('invoke throws --json --request-id my-id')).toEqual({
      code: 7,
      stderr: expect.stringMatching(/The function ran, and its answer is lost[^]*requestId=my-id/) as string,
    });
    expect(await run('invoke echo --dry-run')).toMatchObject({ stderr: expect.not.stringContaining('ran') as string });
  });
});
