import { readFileSync } from 'node:fs';
import type { Emulator } from '@lp-functions/emulator';
import { type Redirection, redirectPlatformHosts } from '@lp-functions/emulator/redirect';
import { Client as OfficialClient } from 'liveperson-functions-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, type Config } from '../../src/compat/index.ts';
import {
  type Difference,
  differencesOf,
  countedRequests,
  recordedOutcome,
  recordedRequests,
  type Recording,
  shownMetric,
} from '../compat/recording.ts';
import { type Scenario, SCENARIOS } from '../compat/scenarios.ts';
import { ACCOUNTS, type Generation, GENERATIONS, startPlatform, uuidOf } from '../emulated-platform.ts';
import { observe } from '../leak-scan.ts';
import { RULES } from '../compat/difference-rules.ts';

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

test('dump', async () => {
  const { writeFileSync } = await import('node:fs');
  const out: Record<string, unknown> = {};
  for (const generation of GENERATIONS)
    for (const scenario of SCENARIOS) {
      const a = await record(scenario, generation, OfficialClient);
      const b = await record(scenario, generation, Client as never);
      const ds = differencesOf(a, b).map((d) => ({ ...d, by: Object.entries(RULES).filter(([, r]) => r({ ...d, scenario: scenario.name, generation })).map(([n]) => n) }));
      out[`${generation} ${scenario.name}`] = ds;
    }
  writeFileSync('/tmp/compat-diff.json', JSON.stringify(out, null, 1));
}, 200000);
