import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmulator } from '@lp-functions/emulator';
import { expect, it, onTestFinished } from 'vitest';
import { environmentOf } from '../login-driver.ts';
import { lpfn } from '../lpfn-process.ts';

const README = join(import.meta.dirname, '..', '..', 'README.md');

function withoutIds(text: string): string {
  return text.replaceAll(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, 'ID').trim();
}

it('a failure reads as the README shows it', async () => {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  const code = "async function lambda() { throw new Error('There is no order 42.'); }";
  const { uuid } = emulator.functions.add({ name: 'order', code });
  const { stderr } = await lpfn(['invoke', uuid], { env: environmentOf(emulator) });
  const [, shown = ''] = /A failure reads like this:\n\n```\n([^`]+)```/.exec(await readFile(README, 'utf8')) ?? [];
  expect(withoutIds(shown)).toBe(withoutIds(stderr));
});
