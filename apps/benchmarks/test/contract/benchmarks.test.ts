import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, inject, it } from 'vitest';
import type { Section } from '../../src/report/section.ts';

const run = promisify(execFile);
const LPFN = fileURLToPath(new URL('../../../cli/dist/main.js', import.meta.url));
const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

async function sectionsOf(...args: readonly string[]): Promise<readonly Section[]> {
  const { stdout } = await run(process.execPath, [MAIN, '--json', ...args], { timeout: 60_000 });
  return (JSON.parse(stdout) as { sections: readonly Section[] }).sections;
}

function medians(section: Section | undefined, name: string): readonly number[] {
  return section?.rows.find((row) => row.name === name)?.values.map(({ median }) => median) ?? [];
}

it('has every client make real calls, and gives a number for each', async () => {
  const [section] = await sectionsOf('--quick', '--only', 'invocations', '--rounds', '1', '--calls', '20');
  expect(section?.rows).toHaveLength(4);
  for (const { values } of section?.rows ?? []) {
    expect(values).toHaveLength(3);
    for (const { median } of values) expect(median).toBeGreaterThan(0);
  }
}, 60_000);

it('measures telemetry unset, with the API, with an SDK, and against another build', async () => {
  const root = fileURLToPath(new URL('../../../../', import.meta.url));
  const few = ['--rounds', '1', '--calls', '20', '--concurrency', '4', '--baseline', root];
  const [section] = await sectionsOf('--quick', '--only', 'telemetry', ...few);
  expect(section?.rows).toHaveLength(4);
  for (const { values } of section?.rows ?? []) expect(values[0]?.median).toBeGreaterThan(0);
  expect(section?.goals.map(({ what }) => what)).toEqual([
    'unset / baseline at 4',
    'API without SDK / unset at 4',
    'SDK / unset at 4',
  ]);
}, 60_000);

it('starts each client anew, and reads the memory of each', async () => {
  const [start, memory] = await sectionsOf('--quick', '--only', 'cold-start,memory');
  for (const section of [start, memory]) {
    for (const name of ['@lp-functions/client', 'bare undici request', 'got 14', 'liveperson-functions-client 2.2.0']) {
      expect(medians(section, name)[0]).toBeGreaterThan(10);
    }
    expect(section?.goals).toHaveLength(2);
  }
}, 60_000);

it('runs every item of a bulk both ways, and tells rate, memory and CPU', async () => {
  const [section] = await sectionsOf('--quick', '--only', 'bulk', '--items', '300');
  for (const name of ['invokeEach', 'a loop by hand around invokeByUuid']) {
    const [rate = 0, peakMb = 0, growthMb, cpu = 0] = medians(section, name);
    expect([rate > 0, peakMb > 10, typeof growthMb, cpu > 0]).toEqual([true, true, 'number', true]);
  }
  expect(section?.goals).toHaveLength(3);
}, 60_000);

it('sees one discovery and one token request behind 1,000 first calls of ours', async () => {
  const [section] = await sectionsOf('--only', 'first-calls');
  expect(medians(section, '@lp-functions/client')).toEqual([1, 1, 1_000]);
  // The counting itself works: LivePerson's own client has no single flight.
  expect(medians(section, 'liveperson-functions-client 2.2.0')).toEqual([1_000, 1_000, 1_000]);
}, 60_000);

it.runIf(existsSync(LPFN))(
  'sees one request behind an lpfn invoke that finds what an earlier run left',
  async () => {
    const [section] = await sectionsOf('--quick', '--only', 'cli-invoke');
    expect(section?.goals[0]).toMatchObject({ what: 'requests of lpfn invoke', measured: { median: 1 } });
    expect(medians(section, 'lpfn invoke')[0]).toBeGreaterThan(0);
  },
  60_000,
);

it.skipIf(inject('redisServer') === undefined)(
  'has ours and bare BullMQ do the same items on a real Redis',
  async () => {
    const [section] = await sectionsOf('--quick', '--only', 'queue', '--rounds', '1');
    expect(section?.rows.map(({ name }) => name)).toEqual([
      '@lp-functions/invocation-queue',
      'the same, each with a key',
      'bare BullMQ, empty processor',
    ]);
    for (const { values } of section?.rows ?? []) for (const { median } of values) expect(median).toBeGreaterThan(0);
  },
  60_000,
);

it.skipIf(inject('chromium') === undefined)(
  'calls an emulator with its console open in a browser, and without',
  async () => {
    const [section] = await sectionsOf('--quick', '--only', 'console', '--rounds', '1', '--calls', '100');
    for (const name of ['no page', 'page open']) {
      expect(medians(section, name)).toHaveLength(4);
      for (const median of medians(section, name)) expect(median).toBeGreaterThan(0);
    }
    expect(section?.goals).toHaveLength(2);
  },
  60_000,
);

it('says what is wrong with the command line', async () => {
  await expect(run(process.execPath, [MAIN, '--only', 'nothing'])).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('--only: there is no nothing') as string,
  });
});
