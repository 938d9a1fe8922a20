import { readFileSync } from 'node:fs';
import type { Emulator } from '@lp-functions/emulator';
import { type Redirection, redirectPlatformHosts } from '@lp-functions/emulator/redirect';
import { Client as OfficialClient } from 'liveperson-functions-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client } from '../../src/compat/index.ts';
import {
  type Difference,
  differencesOf,
  countedRequests,
  recordedOutcome,
  recordedRequests,
  type Recording,
  shownMetric,
} from '../compat/recording.ts';
import type { Scenario } from '../compat/scenario.ts';
import { CONFIGURATION_SCENARIOS } from '../compat/configuration-scenarios.ts';
import { INVOCATION_SCENARIOS } from '../compat/invocation-scenarios.ts';
import { READING_SCENARIOS } from '../compat/reading-scenarios.ts';
import { ACCOUNTS, type Generation, GENERATIONS, startPlatform, uuidOf } from '../emulated-platform.ts';
import { observe } from '../leak-scan.ts';
import { explain } from '../compat/difference-rules.ts';
import differences from '../compat/differences.json' with { type: 'json' };

/** Of signs that the official client can send. */
const app = { clientId: 'client-4a1b', clientSecret: 'secret-9f8e7d6c5b4a3f2e1d0c' };

let emulator: Emulator;
let redirection: Redirection;
beforeAll(async () => {
  emulator = await startPlatform({
    tls: true,
    advertise: 'liveperson',
    app,
    accounts: [ACCOUNTS.v1, '33333333'].map((accountId) => ({ accountId, platform: 'v1', app })),
  });
  for (const accountId of Object.values(ACCOUNTS))
    emulator.accounts
      .get(accountId)
      .functions.add({ name: 'skilled', eventId: 'skilled_event', skills: ['42'], code: 'async function lambda() {}' });
  // Both find the platform by the names that it has for everybody.
  redirection = redirectPlatformHosts(emulator);
});
afterAll(async () => {
  redirection.restore();
  await emulator.close();
});

/** One scenario with one of the clients, on a platform that remembers nothing of the one before. */
async function record(scenario: Scenario, generation: Generation, Class: typeof OfficialClient): Promise<Recording> {
  const accountId = ACCOUNTS[generation];
  emulator.requests.clear();
  emulator.faults.clear();
  for (const fault of scenario.faults?.(generation) ?? []) emulator.faults.add(fault);
  const metrics: unknown[] = [];
  const tell = (hook: string) => (metric: object) => {
    metrics.push({ hook, ...(shownMetric({ ...metric }) as object) });
  };
  const metricCollector = {
    onInvoke: tell('onInvoke'),
    onGetLambdas: tell('onGetLambdas'),
    onIsImplemented: tell('onIsImplemented'),
  };
  const opened: OfficialClient[] = [];
  const outcome = await recordedOutcome(
    async () => {
      const config = { accountId, authStrategy: app, ...scenario.config };
      // As JavaScript: some scenarios are of programs that do not compile.
      const client = new Class(config, { metricCollector, ...scenario.tooling } as never);
      opened.push(client);
      return scenario.run({ client, emulator, accountId, uuid: (name) => uuidOf(emulator, generation, name) });
    },
    Class === OfficialClient ? () => undefined : observe,
  );
  const recording = {
    outcome,
    requests: scenario.requests === 'counted' ? countedRequests(emulator) : recordedRequests(emulator),
    metrics,
  };
  for (const client of opened) if (client instanceof Client) await client.close();
  return recording;
}

const SCENARIOS = [...INVOCATION_SCENARIOS, ...READING_SCENARIOS, ...CONFIGURATION_SCENARIOS];

/** Of every single call, and told by exact rules. */
const EVERYWHERE = [
  'user-agent',
  'domain-api',
  'token-request',
  'empty-parameters',
  'messages',
  'no-request-in-errors',
  'metrics',
];

/** One line for each place where the clients differ: what the documents say of it, and both values. */
const lines: string[] = [];
const seen = new Set<string>();

describe.each(GENERATIONS)(
  'J10, J14, J18, J25, J27, J28, J29, J30, J31, J32, J35, J37, J38, J39, J41, J42, J43, J44, J46, J48: compat beside the official client, on %s',
  (generation) => {
    test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('%s', async (name, scenario) => {
      const official = await record(scenario, generation, OfficialClient);
      const ours = await record(scenario, generation, Client as unknown as typeof OfficialClient);
      const undocumented: Difference[] = [];
      for (const difference of differencesOf(official, ours)) {
        const names = explain({ ...difference, scenario: name, generation });
        for (const one of names) seen.add(one);
        if (names.length === 0) undocumented.push(difference);
        const { at, official: theirs, ours: own } = difference;
        // What is the same everywhere would hide the rest.
        if (names.every((one) => EVERYWHERE.includes(one))) continue;
        lines.push(`${generation} | ${name} | ${at} | ${names.join(', ')} | ${shown(theirs)} | ${shown(own)}`);
      }
      expect(undocumented).toEqual([]);
    });
  },
);

/** Long enough to tell one from another. */
function shown(value: unknown): string {
  return String(value).slice(0, 120);
}

test('what is documented as different is different, and nothing else', async () => {
  expect([...seen].sort()).toEqual(Object.keys(differences).sort());
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../compat/differences.txt');
});

test('the guide has the list', () => {
  const guide = readFileSync(
    new URL('../../../../docs/migration/from-the-official-javascript-client.md', import.meta.url),
    'utf8',
  );
  for (const { official, ours } of Object.values(differences)) {
    expect(guide).toContain(`| ${official}`);
    expect(guide).toContain(`| ${ours}`);
  }
});
