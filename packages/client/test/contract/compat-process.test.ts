import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Emulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
// @boundaries-ignore: every package bundles its children the same way.
import { bundleChild, type ChildProgram } from '../../../../tools/child-program.ts';
import { CLIENT_ID, CLIENT_SECRET } from '../credentials.ts';
import { ACCOUNTS, startPlatform } from '../emulated-platform.ts';

const CHILD_TIMEOUT_MS = 60_000;

let emulator: Emulator;
let program: ChildProgram;
beforeAll(async () => {
  emulator = await startPlatform();
  program = await bundleChild(fileURLToPath(new URL('../compat-child.ts', import.meta.url)));
}, 120_000);
afterAll(async () => {
  await emulator.close();
  await program.remove();
});

test(
  'a program that closes nothing, as one for the official client, ends',
  async () => {
    const given = [program.file, ACCOUNTS.v2, emulator.discoveryUrl, CLIENT_ID, CLIENT_SECRET];
    const { stdout } = await promisify(execFile)(process.execPath, given, {
      timeout: CHILD_TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
    expect(JSON.parse(stdout)).toMatchObject([{ result: { n: 1 } }]);
  },
  CHILD_TIMEOUT_MS + 10_000,
);

test('whoever imports the client does not load compat', () => {
  const source = new URL('../../src/', import.meta.url);
  const files = readdirSync(source).filter((file) => file.endsWith('.ts'));
  expect(files).toContain('index.ts');
  for (const file of files) expect(readFileSync(new URL(file, source), 'utf8')).not.toContain('/compat/');
});
