import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { createTestClock } from '@lp-functions/http/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaaSError, InvocationOptions } from '../../src/index.ts';
import { GENERATIONS, optionsFor } from '../emulated-platform.ts';
import { type Fault, FAULTS } from '../fault-behaviours.ts';
import { type RawPlatform, startRawPlatform } from '../raw-platform.ts';
import { watchedClient } from '../watched-client.ts';
import '../scan-after-each.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
const TABLE = new URL('../fault-matrix.json', import.meta.url);
/** LPFN_UPDATE_FAULTS=1 writes what is observed; docs/faults.md is generated from it. Read the difference. */
const update = process.env['LPFN_UPDATE_FAULTS'] === '1';

const WAYS = ['byUuid', 'byEvent', 'byUuidIdempotent', 'byEventIdempotent'] as const;
type Way = (typeof WAYS)[number];

/** What came of one call. */
interface Observed {
  readonly attempts: number;
  readonly ran: number;
  readonly outcome: string;
  readonly executed?: string;
  readonly retryable?: boolean;
}

const table = JSON.parse(readFileSync(TABLE, 'utf8')) as Record<string, Record<Way, Observed>>;
const seen: Record<string, Record<string, Observed>> = {};
afterAll(() => {
  if (update) writeFileSync(TABLE, `${JSON.stringify(seen, null, 2)}\n`);
});

describe.each(GENERATIONS)('J19, J20, J26, J41, K8: the fault matrix on %s', (generation) => {
  let platform: RawPlatform;
  beforeAll(async () => {
    platform = await startRawPlatform(generation);
  });
  afterAll(() => platform.close());

  async function observe({ act, runs, options }: Fault, way: Way): Promise<Observed> {
    platform.reset();
    let ran = 0;
    platform.answers.gateway = (response, request, number) => {
      if (runs) ran++;
      act?.(response, request, number);
    };
    const changes = options?.(platform.port) ?? {};
    const client = watchedClient(optionsFor(platform, generation, { clock: createTestClock(), ...changes })); // prettier-ignore
    const call: InvocationOptions = { idempotent: way.endsWith('Idempotent') };
    const sent = way.startsWith('byUuid') ? client.invokeByUuid(UUID, 1, call) : client.invokeByEvent('e', 1, call);
    try {
      return { attempts: (await sent).attempts, ran, outcome: 'result' };
    } catch (reason) {
      const { name, code, attempts = 0, executed, retryable } = reason as FaaSError;
      if (executed === 'no') expect(ran).toBe(0);
      if (executed === 'yes') expect(ran).toBeGreaterThan(0);
      if (!call.idempotent!) expect(ran).toBeLessThanOrEqual(1);
      if (retryable) expect(executed === 'no' || call.idempotent).toBe(true);
      return { attempts, ran, outcome: `${name} ${code}`, executed, retryable };
    } finally {
      await client.close();
    }
  }

  test.each(FAULTS)('$name', async (fault) => {
    for (const way of WAYS) {
      const observed = await observe(fault, way);
      if (update) (seen[fault.name] ??= {})[way] = observed;
      else expect(observed, way).toEqual(table[fault.name]?.[way]);
    }
  });
});
