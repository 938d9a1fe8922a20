import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, inject, it } from 'vitest';
import type { Section } from '../../src/report/section.ts';

const run = promisify(execFile);
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

it('sees one discovery and one token request behind 1,000 first calls of ours', async () => {
  const [section] = await sectionsOf('--only', 'first-calls');
  expect(medians(section, '@lp-functions/client')).toEqual([1, 1, 1_000]);
  // The counting itself works: LivePerson's own client has no single flight.
  expect(medians(section, 'liveperson-functions-client 2.2.0')).toEqual([1_000, 1_000, 1_000]);
}, 60_000);

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
