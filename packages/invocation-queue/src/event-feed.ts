import type { Clock } from '@lp-functions/http';
import { type EventReader, openEventReader, type QueueEvent } from './event-reader.ts';
import type { QueuePlace } from './queue-engine.ts';

const BLOCK_MS = 1_000;
const RETRY_MS = 250;

/**
 * The events of a queue as they come, also across a Redis that goes away and comes back.
 *
 * @param after - where to begin.
 * @param ended - ends it, at once.
 */
export async function* eventFeed(
  place: QueuePlace,
  after: string,
  clock: Clock,
  ended: AbortSignal,
): AsyncGenerator<QueueEvent, void> {
  let cursor = after;
  let reader: EventReader | undefined;
  const hangUp = (): void => reader?.close();
  ended.addEventListener('abort', hangUp, { once: true });
  try {
    while (!ended.aborted) {
      reader ??= openEventReader(place);
      let events: readonly QueueEvent[] = [];
      try {
        events = await reader.after(cursor, BLOCK_MS);
      } catch {
        // With a connection of its own it does not matter which one: the next one is fresh.
        reader.close();
        reader = undefined;
        await clock.sleep(RETRY_MS, ended).catch(() => undefined);
      }
      for (const event of events) {
        cursor = event.cursor;
        yield event;
      }
    }
  } finally {
    ended.removeEventListener('abort', hangUp);
    reader?.close();
  }
}
