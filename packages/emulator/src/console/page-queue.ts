import type { RecordedRequest } from '../recorded-request.ts';
import type { ConsoleArea } from './feed-messages.ts';

/** What one page has still to be told. However slow the page is, the queue does not grow beyond its capacity. */
export interface PageQueue {
  /** Notes that a request is new or changed; of one that is noted already the latest state counts. */
  request(record: RecordedRequest): void;
  area(area: ConsoleArea): void;
  /** Notes that requests were counted. */
  traffic(): void;
  /** Takes everything out. */
  take(): PageNews;
}

/** What a page is told at once. */
export interface PageNews {
  /** Oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** How many were noted and had to make room for newer ones. */
  readonly skipped: number;
  readonly areas: readonly ConsoleArea[];
  readonly traffic: boolean;
}

/** Creates an empty queue for at most `capacity` requests. */
export function createPageQueue(capacity: number): PageQueue {
  let requests = new Map<number, RecordedRequest>();
  let areas = new Set<ConsoleArea>();
  let skipped = 0;
  let traffic = false;
  return {
    request: (record) => {
      if (requests.has(record.id)) return;
      requests.set(record.id, record);
      if (requests.size <= capacity) return;
      const [oldest] = requests.keys();
      if (oldest === undefined) return;
      requests.delete(oldest);
      skipped += 1;
    },
    area: (area) => areas.add(area),
    traffic: () => {
      traffic = true;
    },
    take: () => {
      const news: PageNews = {
        requests: [...requests.values()].sort((first, second) => first.id - second.id),
        skipped,
        areas: [...areas],
        traffic,
      };
      requests = new Map();
      areas = new Set();
      skipped = 0;
      traffic = false;
      return news;
    },
  };
}
