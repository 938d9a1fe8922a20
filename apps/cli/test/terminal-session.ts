import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');

/** Whether util-linux's `script` is here, which gives a program a terminal. macOS has another one of that name. */
export const hasTerminals: boolean = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

/** A run of lpfn on a terminal. */
export interface TerminalRun {
  readonly code: number | null;
  /** All that the terminal showed, stdout and stderr alike. */
  readonly screen: string;
}

/**
 * Runs lpfn on a terminal.
 *
 * @param args - of lpfn.
 * @param answers - what is typed, each when the screen shows what stands before it.
 * @param env - of the process, beside PATH.
 */
export async function onTerminal(
  args: readonly string[],
  answers: readonly (readonly [shown: string, typed: string])[],
  env: Readonly<Record<string, string>>,
): Promise<TerminalRun> {
  const command = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let screen = '';
  const open = [...answers];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    const [next] = open;
    if (next === undefined || !screen.includes(next[0])) return;
    open.shift();
    child.stdin.write(next[1]);
  });
  await once(child, 'close');
  return { code: child.exitCode, screen };
}
