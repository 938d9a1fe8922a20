import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Emulator } from '../emulator.ts';
import type { RecordedRequest } from '../recorded-request.ts';
import type { RequestJournal } from '../request-journal.ts';
import { maskOf, secretsOfAccounts } from '../scripting/masked-secrets.ts';
import { watchAreas, type AreaSources, type AreaWatch } from './area-states.ts';
import {
  CONSOLE_AREAS,
  type HelloMessage,
  type JournalBounds,
  type RequestsMessage,
  type RequestSummary,
  type SummaryPage,
} from './feed-messages.ts';
import { createPageQueue, type PageQueue } from './page-queue.ts';
import { summaryOf } from './request-summary.ts';
import { createTrafficMeter } from './traffic-meter.ts';

/** What the console's pages are told as it happens. */
export interface ConsoleFeed {
  /** Goes on telling a page, by server-sent events, until it goes away. False if there are too many already. */
  attach(response: ServerResponse): boolean;
  /** Requests with ids between the two, which are left out; of many the newest. */
  between(afterId: number, beforeId: number): SummaryPage;
  /** Tells pages to look at everything again: something was changed from outside, perhaps there and back between two looks. */
  touch(): void;
  /** Forgets what was counted, and lets every page start anew. */
  reset(): void;
  close(): void;
}

/** How often pages are told of requests: as live as a person can read, and no more often than a page can draw. */
const REQUESTS_EVERY_MS = 250;
/** How often everything else is looked at. */
const AREAS_EVERY_MS = 1_000;
/** Requests that a page is told of at a time. Nobody reads more; the page fetches what it lacks when it is calm. */
const QUEUE_CAPACITY = 150;
/** Requests that a page starts with. */
const FIRST_SUMMARIES = 500;
const SUMMARIES_AT_ONCE = 2_000;
const MOST_PAGES = 32;

interface Page {
  readonly response: ServerResponse;
  readonly queue: PageQueue;
  greeted: boolean;
  /** The newest slot of traffic it was told of. */
  trafficUntilMs: number;
  /** Where it was told that the journal begins. */
  firstId: number;
}

/**
 * Creates the feed. With every request it only notes that there was one; what pages are told is made a few times a second, and written to those that
 * have taken what they got before.
 */
export function createConsoleFeed(emulator: Emulator, journal: RequestJournal, sources: AreaSources): ConsoleFeed {
  const startId = randomUUID();
  const pages = new Set<Page>();
  const meter = createTrafficMeter();
  let watch: AreaWatch | undefined;
  let counted = false;
  let requestsTimer: NodeJS.Timeout | undefined;
  let areasTimer: NodeJS.Timeout | undefined;

  const bounds = (): JournalBounds => ({ firstId: journal.firstId, lastId: journal.lastId });
  const summaries = (requests: readonly RecordedRequest[]): readonly RequestSummary[] => {
    const mask = maskOf(secretsOfAccounts(emulator));
    return requests.map((request) => summaryOf(request, mask));
  };
  const greeting = (page: Page): string => {
    page.queue.take();
    page.greeted = true;
    const { firstId, lastId } = bounds();
    page.firstId = firstId;
    const traffic = meter.read();
    page.trafficUntilMs = traffic.all.at(-1)?.startMs ?? 0;
    const requests = summaries(journal.list().slice(-FIRST_SUMMARIES));
    return event('hello', { startId, requests, traffic, firstId, lastId } satisfies HelloMessage);
  };
  const news = (page: Page): string => {
    const { requests, skipped, areas, traffic } = page.queue.take();
    const { firstId, lastId } = bounds();
    let text = '';
    if (requests.length > 0 || skipped > 0 || firstId !== page.firstId) {
      page.firstId = firstId;
      const kept = summaries(requests.filter(({ id }) => id >= firstId));
      text += event('requests', { requests: kept, skipped, firstId, lastId } satisfies RequestsMessage);
    }
    if (traffic) {
      const read = meter.read(page.trafficUntilMs);
      page.trafficUntilMs = read.all.at(-1)?.startMs ?? page.trafficUntilMs;
      text += event('traffic', read);
    }
    return areas.length > 0 ? text + event('changed', areas) : text;
  };
  const tell = (): void => {
    for (const page of pages) {
      // What it got before is still on its way. Its queue waits, and does not grow meanwhile.
      if (page.response.writableNeedDrain) continue;
      const text = page.greeted ? news(page) : greeting(page);
      if (text !== '') page.response.write(text);
    }
  };
  const tellSoon = (): void => {
    if (pages.size === 0) return;
    requestsTimer ??= setTimeout(() => {
      requestsTimer = undefined;
      tell();
    }, REQUESTS_EVERY_MS);
  };
  const look = (): void => {
    const areas = watch?.() ?? [];
    for (const { queue } of pages) {
      for (const area of areas) queue.area(area);
      if (counted) queue.traffic();
    }
    counted = false;
    tell();
  };
  const unwatch = journal.watch((record) => {
    if (record.outcome !== 'pending') {
      meter.count(record);
      counted = true;
    }
    if (pages.size === 0) return;
    for (const { queue } of pages) queue.request(record);
    tellSoon();
  });
  const stop = (): void => {
    clearTimeout(requestsTimer);
    clearInterval(areasTimer);
    requestsTimer = undefined;
    areasTimer = undefined;
    watch = undefined;
  };

  return {
    attach: (response) => {
      if (pages.size >= MOST_PAGES) return false;
      const page: Page = {
        response,
        queue: createPageQueue(QUEUE_CAPACITY),
        greeted: false,
        trafficUntilMs: 0,
        firstId: 0,
      };
      pages.add(page);
      watch ??= watchAreas(emulator, sources);
      areasTimer ??= setInterval(look, AREAS_EVERY_MS);
      response.once('close', () => {
        pages.delete(page);
        if (pages.size === 0) stop();
      });
      tell();
      return true;
    },
    between: (afterId, beforeId) => {
      const found = journal.list().filter(({ id }) => id > afterId && id < beforeId);
      return { requests: summaries(found.slice(-SUMMARIES_AT_ONCE)), ...bounds() };
    },
    touch: () => {
      for (const { queue } of pages) for (const area of CONSOLE_AREAS) queue.area(area);
      tellSoon();
    },
    reset: () => {
      meter.clear();
      for (const page of pages) page.greeted = false;
      tell();
    },
    close: () => {
      unwatch();
      stop();
      for (const { response } of pages) response.destroy();
    },
  };
}

function event(name: string, data: unknown): string {
  // JSON has no line breaks of its own, and escapes those of its texts.
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
