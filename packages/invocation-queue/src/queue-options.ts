import { type OptionRule, duration, count } from '@lp-functions/http';
import type { EncryptionKeys } from '@lp-functions/redis-access';
import type { QueueRedisClient } from './queue-client.ts';
import { encryptionKeysRule } from '@lp-functions/redis-access';
import { queueClientRule } from './queue-client.ts';
import { type QueueTelemetryApi, queueTelemetryRule } from './queue-telemetry.ts';

/** What a queue and its workers must be given alike. */
export interface QueueSettings {
  /** Of the library `redis`, connected by you. It is not closed. */
  readonly client: QueueRedisClient;
  /** Name of the queue. Default `invocations`. */
  readonly name?: string | undefined;
  /** Begins the names of all keys in Redis. Default `lpfn`. */
  readonly prefix?: string | undefined;
  /** Seals payloads, options, answers and reasons: the first key seals, all open. Default: they stand readable in Redis. */
  readonly encryptionKeys?: EncryptionKeys | undefined;
  /** The module `@opentelemetry/api`: spans, and the context of the trace travels with the item. Default: none. */
  readonly telemetry?: QueueTelemetryApi | undefined;
}

export const DEFAULT_NAME = 'invocations';
export const DEFAULT_PREFIX = 'lpfn';

const nameRule: OptionRule = (value) =>
  value === undefined || (typeof value === 'string' && /^[\w./-]{1,100}$/.test(value))
    ? undefined
    : 'must be made of letters, digits and _ . / -, 100 characters at most';

/** A number above 0. */
export const rateRule: OptionRule = (value) =>
  value === undefined || (typeof value === 'number' && Number.isFinite(value) && value > 0)
    ? undefined
    : 'must be a number above 0';

/** A whole number above 0. */
export const positiveCount: OptionRule = (value) => count(value) ?? (value === 0 ? 'must be 1 or more' : undefined);

/** A duration, or nothing of it. */
export const pauseRule: OptionRule = (value) => (value === 0 ? undefined : duration(value));

export const settingsRules: Readonly<Record<keyof QueueSettings, OptionRule>> = {
  client: queueClientRule,
  name: nameRule,
  prefix: nameRule,
  encryptionKeys: encryptionKeysRule,
  telemetry: queueTelemetryRule,
};
