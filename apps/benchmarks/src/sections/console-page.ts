import { startConsolePage } from '../console/console-page.ts';
import { startEmulatorProcess } from '../console/emulator-question.ts';
import { type LoadQuestion, startLoadProcess } from '../console/load-question.ts';
import { goal } from '../report/goal.ts';
import type { Section } from '../report/section.ts';
import { ratioOf, spreadOf } from '../report/spread.ts';

/** How much is measured. */
export interface ConsolePageOptions {
  readonly rounds: number;
  /** Per kind of request, round, and with or without the page. */
  readonly calls: number;
}

const CONCURRENCY = 16;
/** Throughput with a page within 10 % of that without: the same requests take at most this much longer. */
const MOST = 1 / 0.9;

/**
 * Measures what an open console costs the emulator: the same requests with the page open and without it, in turns, in the other order every second
 * round. Emulator, caller and browser are processes of their own.
 *
 * @returns `undefined` if there is no browser.
 */
export async function measureConsolePage({ rounds, calls }: ConsolePageOptions): Promise<Section | undefined> {
  const emulator = startEmulatorProcess();
  const load = startLoadProcess();
  const { url: origin, accountId, uuid, token } = await emulator.ask({});
  const page = await startConsolePage(origin);
  const kinds: Readonly<Record<string, Omit<LoadQuestion, 'requests'>>> = {
    discovery: {
      origin,
      method: 'GET',
      path: `/api/account/${accountId}/service/baseURI.json?version=1.0`,
      headers: { accept: 'application/json' },
      concurrency: CONCURRENCY,
    },
    invocations: {
      origin,
      method: 'POST',
      path: `/api/account/${accountId}/lambdas/${uuid}/invoke`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ timestamp: 0, headers: [], payload: { n: 1 } }),
      concurrency: CONCURRENCY,
    },
  };
  const names = Object.keys(kinds);
  const samples = (): Map<string, number[]> => new Map(names.map((name) => [name, []]));
  const found = { with: samples(), without: samples() };
  const cpu = { with: samples(), without: samples() };
  try {
    if (page === undefined) return undefined;
    const measure = async (what: 'with' | 'without'): Promise<void> => {
      if (what === 'with') await page.open();
      else await page.leave();
      for (const [name, kind] of Object.entries(kinds)) {
        const before = await emulator.ask({});
        const { seconds } = await load.ask({ ...kind, requests: calls });
        const after = await emulator.ask({});
        found[what].get(name)?.push(seconds);
        cpu[what].get(name)?.push(((after.cpuMs - before.cpuMs) / calls) * 1_000);
      }
      if (what === 'with' && (await page.listed()) === 0) throw new Error('The page listed nothing.');
    };
    for (const kind of Object.values(kinds)) await load.ask({ ...kind, requests: calls });
    for (let round = 0; round < rounds; round += 1) {
      for (const what of round % 2 === 0 ? (['without', 'with'] as const) : (['with', 'without'] as const)) {
        await measure(what);
      }
    }
  } finally {
    await page?.close();
    await load.stop();
    await emulator.stop();
  }
  const perSecond = (what: 'with' | 'without', name: string): number[] =>
    (found[what].get(name) ?? []).map((seconds) => calls / seconds);
  return {
    title: `The emulator with its console open, ${rounds} rounds of ${calls} requests of each kind`,
    unit: 'requests per second; µs of the emulator’s CPU each: median [range]',
    columns: [...names, ...names.map((name) => `CPU, ${name}`)],
    decimals: 0,
    rows: (['without', 'with'] as const).map((what) => ({
      name: what === 'with' ? 'page open' : 'no page',
      values: [
        ...names.map((name) => spreadOf(perSecond(what, name))),
        ...names.map((name) => spreadOf(cpu[what].get(name) ?? [])),
      ],
    })),
    goals: names.map((name) =>
      goal(
        `time with a page / without, ${name}`,
        ratioOf(found.with.get(name) ?? [], found.without.get(name) ?? []),
        MOST,
      ),
    ),
  };
}
