import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');

/** The server as it is built, in a process of its own. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly port: number;
  /** Standard output, line by line. */
  readonly lines: readonly string[];
  /** Resolves to exit code and signal. */
  readonly ended: Promise<[number | null, NodeJS.Signals | null]>;
}

const started = new Set<ChildProcess>();
process.once('exit', endServerProcesses);

/** Ends what a test that failed has left running. */
export function endServerProcesses(): void {
  for (const child of started) child.kill('SIGKILL');
}

/** Starts the server with nothing of this process's own settings. */
export function spawnServer(environment: Readonly<Record<string, string>>): ChildProcess {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.add(child);
  child.once('exit', () => started.delete(child));
  return child;
}

/** Starts the server, and waits until it listens. */
export async function startServerProcess(environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const child = spawnServer(environment);
  const ended = once(child, 'exit') as ServerProcess['ended'];
  const lines: string[] = [];
  let complaints = '';
  child.stderr!.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      lines.push(line);
      const { msg, port: listening } = JSON.parse(line) as { readonly msg?: string; readonly port?: number };
      if (msg === 'listening') resolve(listening!);
    });
    void ended.then(([code]) => reject(new Error(`the server ended with ${String(code)}: ${complaints}`)));
  });
  return { child, port, lines, ended };
}
