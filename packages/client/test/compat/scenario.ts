import type { Emulator, FaultDefinition } from '@lp-functions/emulator';
import type { Client as OfficialClient } from 'liveperson-functions-client';
import type { Generation } from '../emulated-platform.ts';

/** What a scenario finds. */
export interface ScenarioContext {
  readonly client: OfficialClient;
  readonly emulator: Emulator;
  readonly accountId: string;
  /** UUID of one of the account's functions. */
  readonly uuid: (name: string) => string;
}

/** One thing that a program does with a client. */
export interface Scenario {
  readonly name: string;
  readonly run: (context: ScenarioContext) => Promise<unknown>;
  /** Beside account and identity. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
  readonly tooling?: Readonly<Record<string, unknown>>;
  /** Where the order of requests is not settled, only how many there are of each kind. */
  readonly requests?: 'counted';
  readonly faults?: ((generation: Generation) => readonly FaultDefinition[]) | undefined;
}

/** What most scenarios send. */
export const body: { headers: { key: string; value: string }[]; payload: object } = {
  headers: [{ key: 'k', value: 'v' }],
  payload: { n: 1, ü: 'ü%d' },
};

/** For programs that handle errors instead of responses. */
export const rejecting: Scenario['config'] = { failOnErrorStatusCode: true };
/** What the gateway answers. */
export const once =
  (fault: FaultDefinition): Scenario['faults'] =>
  () => [{ service: 'gateway' as const, ...fault }];

/** Invokes one of the account's functions. */
export const invoke =
  (name: string, changes: Readonly<Record<string, unknown>> = {}): Scenario['run'] =>
  ({ client, uuid }) =>
    client.invoke({ lambdaUuid: uuid(name), lpEventSource: 'shop', body, ...changes });
