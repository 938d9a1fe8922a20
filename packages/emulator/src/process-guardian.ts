import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Sees to it that no function outlives the emulator, even when the emulator is killed with SIGKILL. */
export interface ProcessGuardian {
  add(pid: number): void;
  remove(pid: number): void;
  close(): Promise<void>;
}

/**
 * Creates a guardian; its process starts with the first function process.
 *
 * @param privateDirectory - removed when the emulator is gone
 */
export function createProcessGuardian(privateDirectory: () => string): ProcessGuardian {
  let guardian: ChildProcess | undefined;
  const start = (): ChildProcess => {
    const script = fileURLToPath(new URL('../runtime/guardian.mjs', import.meta.url));
    const started = spawn(process.execPath, [script, privateDirectory()], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      windowsHide: true,
      env: {},
    });
    // Without a guardian functions still end with the emulator, except those in an endless loop.
    started.on('error', () => undefined);
    started.stdin.on('error', () => undefined);
    started.unref();
    return started;
  };
  return {
    add: (pid) => {
      guardian ??= start();
      guardian.stdin?.write(`+${String(pid)}\n`);
    },
    remove: (pid) => {
      guardian?.stdin?.write(`-${String(pid)}\n`);
    },
    close: async () => {
      if (guardian?.exitCode !== null || guardian.signalCode !== null) return;
      guardian.ref();
      const ended = once(guardian, 'exit');
      guardian.stdin?.end();
      await ended.catch(() => undefined);
    },
  };
}
