import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { randomHex } from './random-credential.ts';

/** How a file that was not finished is named; the next start removes it. */
export const UNFINISHED: RegExp = /\.[0-9a-f]{8}\.tmp$/;

/**
 * Writes a file that only this user may read, whole or not at all: whoever reads it, also after a crash at any moment, finds the old text or the new.
 */
export function writePrivateFile(path: string, text: string): void {
  const temporary = `${path}.${randomHex(8)}.tmp`;
  const file = openSync(temporary, 'wx', 0o600);
  try {
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}

/** Makes the renaming itself last; Windows knows no such thing. */
function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
