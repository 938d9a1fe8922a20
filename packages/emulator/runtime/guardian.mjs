/**
 * Outlives the emulator by one moment: when the emulator is gone, however it went, no function may stay behind. A function in
 * an endless loop cannot notice on its own that its parent died.
 *
 * It reads `+PID` and `-PID` lines; at the end of its input it kills the process groups that are left and removes the emulator's
 * private folder.
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [, , privateDirectory] = process.argv;
/** @type {Set<number>} */
const groups = new Set();

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const pid = Number(line.slice(1));
  if (!Number.isSafeInteger(pid) || pid <= 1) return;
  if (line.startsWith('+')) groups.add(pid);
  else groups.delete(pid);
});
lines.on('close', () => {
  for (const pid of groups) kill(pid);
  if (privateDirectory !== undefined) rmSync(privateDirectory, { recursive: true, force: true, maxRetries: 3 });
});

/** @param {number} pid */
function kill(pid) {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
