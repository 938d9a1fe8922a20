import { CONTENDER_TITLES, type ContenderName } from '../contenders/contender.ts';
import { startContender } from '../contenders/contender-question.ts';
import type { PlatformAnswer, PlatformQuestion } from '../platform/platform-question.ts';
import type { RequestCounts } from '../platform/platform-server.ts';
import { counted, goal } from '../report/goal.ts';
import type { Section } from '../report/section.ts';
import type { WorkerProcess } from '../worker-process.ts';

const CALLS = 1_000;
/** Long enough that every call has begun before the first answer is there. */
const DELAY_MS = 30;
const COUNTED = ['discovery', 'token', 'invocation'] as const satisfies readonly (keyof RequestCounts)[];

/** Counts what reaches the server when 1,000 calls begin at once on a client that knows nothing yet. */
export async function countFirstCalls(platform: WorkerProcess<PlatformQuestion, PlatformAnswer>): Promise<Section> {
  const ours = await countsOf('lp-functions', platform);
  const official = await countsOf('official', platform);
  const row = (name: ContenderName, counts: RequestCounts): Section['rows'][number] => ({
    name: CONTENDER_TITLES[name],
    values: COUNTED.map((kind) => counted(counts[kind])),
  });
  return {
    title: `${CALLS} first calls at once, every answer ${DELAY_MS} ms late`,
    unit: 'requests',
    columns: COUNTED,
    decimals: 0,
    rows: [row('lp-functions', ours), row('official', official)],
    goals: [
      goal('discovery requests of ours', counted(ours.discovery), 1),
      goal('token requests of ours', counted(ours.token), 1),
    ],
  };
}

async function countsOf(
  name: ContenderName,
  platform: WorkerProcess<PlatformQuestion, PlatformAnswer>,
): Promise<RequestCounts> {
  const { port } = await platform.ask({ resetWithDelayMs: DELAY_MS });
  const worker = startContender(name, port);
  try {
    await worker.ask({ calls: CALLS, concurrency: CALLS });
  } finally {
    await worker.stop();
  }
  return (await platform.ask({ resetWithDelayMs: 0 })).counts;
}
