import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** The program as it is installed. */
export const MAIN: string = join(import.meta.dirname, '..', 'dist', 'main.js');

/** What a run left behind. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts lpfn with nothing of this process's own settings. Without `LPFN_CONFIG_DIR`, nothing is kept for the next run. */
export function startLpfn(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const ownFolder = join(tmpdir(), `lpfn-test-${randomUUID()}`);
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'] ?? '', LPFN_CONFIG_DIR: ownFolder, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.once('exit', () => rmSync(ownFolder, { recursive: true, force: true }));
  return child;
}

/** Runs lpfn to its end. Without `input`, standard input stays open and silent. */
export async function lpfn(
  args: readonly string[],
  { env = {}, input }: { readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {},
): Promise<Run> {
  const child = startLpfn(args, env);
  if (input !== undefined) child.stdin?.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'exit')]);
  return { code: child.exitCode, stdout, stderr };
}
