import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of settings for one test, kept from run to run and removed afterwards. */
export async function temporaryConfigFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lpfn-config-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
