// Child processes that tests talk to, line by line.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A child process that says JSON lines and obeys lines. */
export interface Child {
  readonly process: ChildProcess;
  readonly said: Record<string, unknown>[];
  readonly ended: Promise<void>;
  tell(line: string): void;
  /** Waits until it has said something with this field, and gives the last such line. */
  heard(field: string): Promise<Record<string, unknown>>;
}

/** @param orders - its argument. */
export function startChild(file: string, orders: object): Child {
  const child = spawn(process.execPath, [file, JSON.stringify(orders)], { stdio: ['pipe', 'pipe', 'pipe'] });
  const said: Record<string, unknown>[] = [];
  let noticed: () => void = () => {};
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(JSON.parse(line) as Record<string, unknown>);
    noticed();
  });
  child.stderr.on('data', (data: Buffer) => said.push({ stderr: data.toString() }));
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let over = false;
  void ended.then(() => {
    over = true;
    noticed();
  });
  return {
    process: child,
    said,
    ended,
    tell: (line) => child.stdin.write(`${line}\n`),
    async heard(field) {
      for (;;) {
        const found = said.findLast((line) => field in line);
        if (found !== undefined) return found;
        if (over) throw new Error(`it ended without saying ${field}: ${JSON.stringify(said)}`);
        await new Promise<void>((resolve) => (noticed = resolve));
      }
    },
  };
}
