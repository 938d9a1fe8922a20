import type { QueueRedisClient } from './queue-client.ts';
import { adaptClient } from './queue-connection.ts';
import type { QueuePlace } from './queue-engine.ts';

/** An entry of the queue's stream of events. */
export interface QueueEvent {
  /** Where it stands in the stream. */
  readonly cursor: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Reads the events of a queue, on a connection of its own. */
export interface EventReader {
  /** @param waitMs - how long to wait for the first one, in milliseconds. */
  after(cursor: string, waitMs: number): Promise<readonly QueueEvent[]>;
  close(): void;
}

const EVENTS_AT_ONCE = 500;

/** Opens a reader. It connects at once. */
export function openEventReader({ client, prefix, name }: QueuePlace): EventReader {
  const { connection } = adaptClient(client.duplicate() as QueueRedisClient);
  // What goes wrong is told by the command that meets it.
  connection.on('error', () => undefined);
  return {
    async after(cursor, waitMs) {
      const stream = { key: `${prefix}:${name}:events`, id: cursor };
      const answer = (await connection.xread([stream], {
        BLOCK: waitMs,
        COUNT: EVENTS_AT_ONCE,
      })) as StreamAnswer | null;
      return (answer?.[0]?.[1] ?? []).map(([at, words]) => ({ cursor: at, fields: fieldsOf(words) }));
    },
    close() {
      connection.disconnect();
    },
  };
}

type StreamAnswer = readonly (readonly [
  stream: string,
  entries: readonly (readonly [cursor: string, words: readonly string[]])[],
])[];

function fieldsOf(words: readonly string[]): Record<string, string> {
  const pairs = words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1] ?? ''] as const] : []));
  return Object.fromEntries(pairs);
}
