import { parseArgs } from 'node:util';
import { CONTENDERS } from './contenders/contender.ts';

/** The parts that can be run. */
export const PARTS = [
  'invocations',
  'telemetry',
  'bulk',
  'first-calls',
  'import',
  'cold-start',
  'memory',
  'cli',
  'cli-invoke',
  'queue',
  'console',
  'install',
] as const;

/** Name of a part. */
export type Part = (typeof PARTS)[number];

/** What the command line asks for. */
export interface BenchmarkOptions {
  readonly parts: readonly Part[];
  readonly contenders: readonly (typeof CONTENDERS)[number][];
  readonly concurrencies: readonly number[];
  readonly rounds: number;
  readonly calls: number;
  readonly warmUpCalls: number;
  readonly startUps: number;
  /** Items of a bulk. */
  readonly items: number;
  /** Processes of each way to run a bulk. */
  readonly bulkRounds: number;
  readonly queueItems: number;
  /** Calls of each process whose memory is measured. */
  readonly memoryCalls: number;
  readonly json: boolean;
  /** Whether docs/benchmarks.* are written. */
  readonly write: boolean;
  readonly profileDirectory: string | undefined;
  readonly baselineDirectory: string | undefined;
}

/** How to call the program. */
export const USAGE: string = `Usage: node apps/benchmarks/dist/main.js [options]

Measures @lp-functions side by side with the official client, got and bare undici.

  --quick               small counts: shows that everything works, says little about speed
  --only PART[,PART]    ${PARTS.join(', ')}
  --install             also installs both clients with npm and compares what that leaves (needs the registry)
  --rounds N            rounds of invocations (default 5), processes of a bulk (default 3)
  --calls N             invocations per client, concurrency and round (default 4000)
  --concurrency N[,N]   invocations in flight (default 1,16,64)
  --items N             items of a bulk (default 100000)
  --baseline DIRECTORY  another checkout, built: what telemetry costs is also held against it
  --clients NAME[,NAME] ${CONTENDERS.join(', ')}
  --profile DIRECTORY   writes a CPU profile per client; the times are then not to be trusted
  --write               writes docs/benchmarks.json, .md and .svg
  --json                prints the result as JSON
  --help                prints this`;

const FULL = {
  rounds: 5,
  bulkRounds: 3,
  items: 100_000,
  calls: 4_000,
  warmUpCalls: 6_000,
  startUps: 15,
  queueItems: 10_000,
  memoryCalls: 20_000,
};
const QUICK = {
  rounds: 2,
  bulkRounds: 1,
  items: 2_000,
  calls: 300,
  warmUpCalls: 300,
  startUps: 3,
  queueItems: 500,
  memoryCalls: 1_000,
};

/**
 * Reads the command line.
 *
 * @param args - without the program's name.
 * @returns `undefined` if help was asked for.
 * @throws TypeError, RangeError for what cannot be understood.
 */
export function readCommandLine(args: readonly string[]): BenchmarkOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      install: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      calls: { type: 'string' },
      concurrency: { type: 'string', default: '1,16,64' },
      clients: { type: 'string', default: CONTENDERS.join(',') },
      items: { type: 'string' },
      baseline: { type: 'string' },
      profile: { type: 'string' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const numbers = values.quick ? QUICK : FULL;
  const withoutInstall = PARTS.filter((part) => part !== 'install' || values.install);
  return {
    ...numbers,
    parts: values.only === undefined ? withoutInstall : namesIn(values.only, PARTS, '--only'),
    contenders: namesIn(values.clients, CONTENDERS, '--clients'),
    concurrencies: values.concurrency.split(',').map((text) => countIn(text, '--concurrency')),
    rounds: values.rounds === undefined ? numbers.rounds : countIn(values.rounds, '--rounds'),
    bulkRounds: values.rounds === undefined ? numbers.bulkRounds : countIn(values.rounds, '--rounds'),
    items: values.items === undefined ? numbers.items : countIn(values.items, '--items'),
    calls: values.calls === undefined ? numbers.calls : countIn(values.calls, '--calls'),
    json: values.json,
    write: values.write,
    profileDirectory: values.profile,
    baselineDirectory: values.baseline,
  };
}

function namesIn<Name extends string>(text: string, known: readonly Name[], option: string): readonly Name[] {
  return text.split(',').map((name) => {
    const found = known.find((candidate) => candidate === name.trim());
    if (found === undefined) throw new RangeError(`${option}: there is no ${name}; there are ${known.join(', ')}`);
    return found;
  });
}

const MOST = 1_000_000;

function countIn(text: string, option: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MOST)
    throw new RangeError(`${option} must be a positive number`);
  return count;
}
