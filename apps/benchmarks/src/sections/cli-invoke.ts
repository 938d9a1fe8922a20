import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ACCOUNT, PAYLOAD } from '../platform/account.ts';
import type { PlatformAnswer, PlatformQuestion } from '../platform/platform-question.ts';
import { counted, goal } from '../report/goal.ts';
import type { Section } from '../report/section.ts';
import { ratioOf, spreadOf } from '../report/spread.ts';
import type { WorkerProcess } from '../worker-process.ts';
import { timeStartUps } from './start-up-time.ts';

/** Issue 7. */
const MOST_OF_UNDICI = 2.5;
const BARE = fileURLToPath(new URL('./bare-invoke-main.js', import.meta.url));

/**
 * Measures a whole `lpfn invoke` that finds hosts and token of an earlier run, against a script that sends the same request
 * with undici and knows everything already.
 *
 * @param program - path of the built `lpfn`.
 * @param runs - starts of each.
 */
export async function measureCliInvoke(
  program: string,
  platform: WorkerProcess<PlatformQuestion, PlatformAnswer>,
  runs: number,
): Promise<Section> {
  const { port } = await platform.ask({ resetWithDelayMs: 0 });
  const folder = await mkdtemp(join(tmpdir(), 'lpfn-benchmark-'));
  const env = {
    LPFN_ACCOUNT_ID: ACCOUNT.accountId,
    LPFN_CLIENT_ID: ACCOUNT.clientId,
    LPFN_CLIENT_SECRET: ACCOUNT.clientSecret,
    LPFN_DISCOVERY_URL: `http://127.0.0.1:${port}`,
    LPFN_CONFIG_DIR: folder,
  };
  const lpfn = {
    name: 'lpfn invoke',
    args: [program, 'invoke', ACCOUNT.functionUuid, '--data', JSON.stringify(PAYLOAD)],
    env,
  };
  try {
    await timeStartUps([lpfn], 0);
    await platform.ask({ resetWithDelayMs: 0 });
    await timeStartUps([lpfn], 0);
    const { counts } = await platform.ask({});
    const [nothing = [], bare = [], warm = []] = await timeStartUps(
      [{ name: 'node -e 0', args: ['-e', '0'] }, { name: 'bare undici', args: [BARE, String(port)] }, lpfn],
      runs,
    );
    return {
      title: `One invocation by lpfn with a warm cache, ${runs} processes each, by turns`,
      unit: 'ms: median [range]',
      columns: ['whole process'],
      decimals: 1,
      rows: [
        { name: 'node -e 0', values: [spreadOf(nothing)] },
        { name: 'a script with bare undici', values: [spreadOf(bare)] },
        { name: 'lpfn invoke', values: [spreadOf(warm)] },
      ],
      goals: [
        goal('requests of lpfn invoke', counted(counts.discovery + counts.token + counts.invocation), 1),
        goal('lpfn invoke / bare undici', ratioOf(warm, bare), MOST_OF_UNDICI),
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
