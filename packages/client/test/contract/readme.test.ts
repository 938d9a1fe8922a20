import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createFaasInvoker } from '@lp-functions/faas-invoker';
import { afterAll, expect, test } from 'vitest';
import { createFunctionsClient, isConfigurationError, staticBearer } from '../../src/index.ts';

const client = createFunctionsClient({ accountId: '1', auth: staticBearer('x') });
afterAll(() => client.close());

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const INVOKER_README = readFileSync(
  createRequire(import.meta.url)
    .resolve('@lp-functions/faas-invoker/package.json')
    .replace('package.json', 'README.md'),
  'utf8',
);

/** The names in the first column of the table below a heading. */
function namesBelow(readme: string, heading: string): string[] {
  if (!readme.includes(heading)) throw new Error(`there is no ${heading}`);
  const text = readme.slice(readme.indexOf(heading) + heading.length);
  const table = /\n(\|[^]*?)\n\n/.exec(text)?.[1] ?? '';
  return table
    .split('\n')
    .slice(2)
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([\w.]+)/g)].map(([, name = '']) => name))
    .sort();
}

/** The names that are taken, as the error for another one lists them. */
async function namesTaken(work: () => unknown): Promise<string[]> {
  try {
    await work();
  } catch (error) {
    if (!isConfigurationError(error) || error.code !== 'UNKNOWN_OPTION') throw error;
    const [, list = ''] = /(?:it has|there are) (.*)$/.exec(error.message) ?? [];
    return list.split(', ').sort();
  }
  throw new Error('it was taken');
}

const unknown = { noSuchOption: 1 } as never;
const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';

test.each<[string, readonly string[], () => unknown]>([
  ['the client', namesBelow(README, '## Options\n'), () => createFunctionsClient(unknown)],
  ['a call', namesBelow(README, '### Options of a call'), () => client.invokeByUuid(UUID, 1, unknown)],
  ['a listing', namesBelow(README, '### Options of a listing'), () => client.getLambdas({}, unknown)],
  ['a filter', namesBelow(README, '### Filters'), () => client.getLambdas(unknown)],
  ['isImplemented', namesBelow(README, '### Options of `isImplemented`'), () => client.isImplemented({ eventId: 'a' }, unknown)], // prettier-ignore
  ['a wait', namesBelow(README, '### Options of `waitUntilProductive`'), () => client.waitUntilProductive({ uuid: UUID }, unknown)], // prettier-ignore
  ['the invoker', namesBelow(INVOKER_README, '## Options of `createFaasInvoker`'), () => createFaasInvoker(unknown)],
  ['a call of the invoker', namesBelow(INVOKER_README, '## Options of a call'), () => client.invokeByUuid(UUID, 1, unknown)], // prettier-ignore
])('K22: the options of %s are those of the README, no more and no less', async (_name, documented, work) => {
  expect(documented).toEqual(await namesTaken(work));
});

test('K22: so are those of a bulk', () => {
  const documented = namesBelow(README, '### Options of `invokeEach`');
  const values: Readonly<Record<string, unknown>> = {
    concurrency: 1,
    ratePerSecond: 1,
    ordered: false,
    toPayload: () => 1,
    toOptions: () => ({}),
    onProgress: () => 1,
  };
  expect(documented).toEqual([...Object.keys(values), 'eventId', 'uuid'].sort());
  expect(() => client.invokeEach([], { uuid: UUID, ...values })).not.toThrow();
});

test('K22: the methods are those of the README', () => {
  const documented = namesBelow(README, '## Calls').map((name) => name.split('.')[0] ?? '');
  expect([...new Set(documented)].sort()).toEqual(Object.keys(client).sort());
});
