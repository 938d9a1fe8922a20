import { goal } from '../report/goal.ts';
import type { Section } from '../report/section.ts';
import { ratioOf, spreadOf } from '../report/spread.ts';
import { timeStartUps } from './start-up-time.ts';

/** Architecture, section 4. */
const MOST_OF_OFFICIAL = 1 / 3;
const OURS = import.meta.resolve('@lp-functions/client');
const OFFICIAL = import.meta.resolve('liveperson-functions-client');

/**
 * Measures what importing costs, in processes that do nothing else.
 *
 * @param runs - imports of each.
 */
export async function measureImportTime(runs: number): Promise<Section> {
  const [bare = [], ours = [], official = []] = await timeStartUps(
    [{ name: 'node -e 0', args: ['-e', '0'] }, importing(OURS), importing(OFFICIAL)],
    runs,
  );
  const nothing = spreadOf(bare).median;
  const net = (times: readonly number[]): readonly number[] => times.map((ms) => ms - nothing);
  const oursNet = net(ours);
  const officialNet = net(official);
  return {
    title: `Import, ${runs} processes each, by turns`,
    unit: 'ms: median [range]',
    columns: ['whole process', 'net of node -e 0'],
    decimals: 1,
    rows: [
      { name: 'node -e 0', values: [spreadOf(bare)] },
      { name: "import('@lp-functions/client')", values: [spreadOf(ours), spreadOf(oursNet)] },
      { name: "import('liveperson-functions-client')", values: [spreadOf(official), spreadOf(officialNet)] },
    ],
    goals: [goal('ours / official, net', ratioOf(oursNet, officialNet), MOST_OF_OFFICIAL)],
  };
}

function importing(url: string): { readonly name: string; readonly args: readonly string[] } {
  return { name: url, args: ['-e', `import(${JSON.stringify(url)})`] };
}
