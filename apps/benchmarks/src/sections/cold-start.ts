import { fileURLToPath } from 'node:url';
import { CONTENDER_TITLES, type ContenderName } from '../contenders/contender.ts';
import type { PlatformAnswer, PlatformQuestion } from '../platform/platform-question.ts';
import { goal } from '../report/goal.ts';
import type { Section } from '../report/section.ts';
import { ratioOf, spreadOf } from '../report/spread.ts';
import type { WorkerProcess } from '../worker-process.ts';
import { timeStartUps } from './start-up-time.ts';

const FIRST_CALL = fileURLToPath(new URL('./first-call-main.js', import.meta.url));

/**
 * Measures what a cloud function waits for that starts anew: a process that imports a client, finds hosts and a token with it,
 * makes one call, and ends.
 *
 * @param runs - processes of each.
 */
export async function measureColdStart(
  platform: WorkerProcess<PlatformQuestion, PlatformAnswer>,
  contenders: readonly ContenderName[],
  runs: number,
): Promise<Section> {
  const { port } = await platform.ask({ resetWithDelayMs: 0 });
  const calling = contenders.map((name) => ({ name, args: [FIRST_CALL, name, String(port)] }));
  const [bare = [], ...found] = await timeStartUps([{ name: 'node -e 0', args: ['-e', '0'] }, ...calling], runs);
  const nothing = spreadOf(bare).median;
  const net = new Map(contenders.map((name, at) => [name, (found[at] ?? []).map((ms) => ms - nothing)]));
  const ours = net.get('lp-functions');
  const official = net.get('official');
  const undici = net.get('undici');
  return {
    title: `Start, first call and end, ${runs} processes each, by turns`,
    unit: 'ms: median [range]',
    columns: ['whole process', 'net of node -e 0'],
    decimals: 0,
    rows: [
      { name: 'node -e 0', values: [spreadOf(bare)] },
      ...contenders.map((name, at) => ({
        name: CONTENDER_TITLES[name],
        values: [spreadOf(found[at] ?? []), spreadOf(net.get(name) ?? [])],
      })),
    ],
    goals: [
      ...(ours === undefined || official === undefined ? [] : [goal('ours / official, net', ratioOf(ours, official))]),
      ...(ours === undefined || undici === undefined ? [] : [goal('ours / bare undici, net', ratioOf(ours, undici))]),
    ],
  };
}
