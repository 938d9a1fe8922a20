import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Sees to it that nothing outlives the emulator, neither functions nor files, even when the emulator is killed with SIGKILL. */
export interface ProcessGuardian {
  /** Starts it, once. */
  start(): void;
  add(pid: number): void;
  remove(pid: number): void;
  close(): Promise<void>;
}

/**
 * Creates a guardian, without its process yet.
 *
 * @param privateDirectory - removed when the emulator is gone
 */
export function createProcessGuardian(privateDirectory: () => string): ProcessGuardian {
  let guardian: ChildProcess | undefined;
  const spawned = (): ChildProcess => {
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
    start: () => {
      guardian ??= spawned();
    },
    add: (pid) => {
      guardian ??= spawned();
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
