import { goal } from '../report/goal.ts';
import type { Section } from '../report/section.ts';
import { ratioOf, spreadOf } from '../report/spread.ts';
import { timeStartUps } from './start-up-time.ts';

/** Architecture, section 4. */
const MOST_OF_NODE = 1.5;

/**
 * Measures how long `lpfn --version` takes, against a Node that does nothing.
 *
 * @param program - path of the built `lpfn`.
 * @param runs - starts of each.
 */
export async function measureCliStart(program: string, runs: number): Promise<Section> {
  const [bare = [], lpfn = []] = await timeStartUps(
    [
      { name: 'node -e 0', args: ['-e', '0'] },
      { name: 'lpfn --version', args: [program, '--version'] },
    ],
    runs,
  );
  return {
    title: `Start of lpfn, ${runs} processes each, by turns`,
    unit: 'ms: median [range]',
    columns: ['whole process'],
    decimals: 1,
    rows: [
      { name: 'node -e 0', values: [spreadOf(bare)] },
      { name: 'lpfn --version', values: [spreadOf(lpfn)] },
    ],
    goals: [goal('lpfn --version / node -e 0', ratioOf(lpfn, bare), MOST_OF_NODE)],
  };
}
