import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Something that is started again and again. */
export interface StartUp {
  readonly name: string;
  /** Arguments of `node`. */
  readonly args: readonly string[];
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/**
 * Starts processes in turns and takes the time from start to end.
 *
 * @param startUps - what to start.
 * @param runs - how often each is started, after one start that does not count.
 * @returns milliseconds, one row per start-up in the given order, one entry per run.
 */
export async function timeStartUps(
  startUps: readonly StartUp[],
  runs: number,
): Promise<readonly (readonly number[])[]> {
  const times = startUps.map((): number[] => []);
  for (const startUp of startUps) await timeOne(startUp);
  for (let run = 0; run < runs; run += 1) {
    const order = [...startUps.entries()];
    for (const [at, startUp] of run % 2 === 0 ? order : order.toReversed()) times[at]?.push(await timeOne(startUp));
  }
  return times;
}

async function timeOne({ name, args, env }: StartUp): Promise<number> {
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${name} ended with ${code === null ? 'a signal' : `exit code ${code}`}`);
  return performance.now() - startedAtMs;
}
