import { batch } from '@preact/signals';
import type {
  ConsoleArea,
  HelloMessage,
  RequestsMessage,
  SummaryPage,
  Traffic,
  TrafficSlot,
} from '../src/console/feed-messages.ts';
import { areaVersions, connection, refreshAll, requests, traffic } from './console-state.ts';
import { EMPTY_LIST, gapIn, merged } from './request-list.ts';

/** How long nothing has to be left out before the page fetches what was. */
const CALM_MS = 1_000;
const SLOTS_SHOWN = 60;

/**
 * Listens to the emulator's events for as long as the page is seen. A browser keeps few connections to one host, so a page in the background leaves its own
 * to the others, and starts anew when it comes back.
 */
export function startLiveFeed(): void {
  let source: EventSource | undefined;
  let startId = '';
  let catchingUp: ReturnType<typeof setTimeout> | undefined;

  const catchUpSoon = (): void => {
    clearTimeout(catchingUp);
    catchingUp = setTimeout(() => {
      catchUp().catch(() => undefined);
    }, CALM_MS);
  };
  const catchUp = async (): Promise<void> => {
    const gap = gapIn(requests.value);
    if (gap === undefined || source === undefined) return;
    const answer = await fetch(`/_console/requests?after=${String(gap.after)}&before=${String(gap.before)}`);
    if (!answer.ok) return;
    const { requests: missing, firstId } = (await answer.json()) as SummaryPage;
    const { lastId } = requests.value;
    // An empty answer closes the gap too: what is not there any more is not lacked.
    const from = missing.length === 0 ? Math.max(firstId, gap.before) : firstId;
    requests.value = merged(requests.value, missing, { firstId: Math.max(from, requests.value.firstId), lastId });
    if (missing.length > 0) catchUpSoon();
  };
  const greeted = (hello: HelloMessage): void => {
    batch(() => {
      connection.value = 'live';
      const known = hello.startId === startId ? requests.value : EMPTY_LIST;
      startId = hello.startId;
      requests.value = merged(known, hello.requests, hello);
      traffic.value = hello.traffic;
      refreshAll();
    });
    catchUpSoon();
  };
  const open = (): void => {
    source?.close();
    source = new EventSource('/_console/events');
    on(source, 'hello', greeted);
    on(source, 'requests', (message) => {
      requests.value = merged(requests.value, message.requests, message);
      if (message.skipped > 0) catchUpSoon();
    });
    on(source, 'traffic', (news) => {
      traffic.value = {
        ...news,
        all: joined(traffic.value.all, news.all),
        invocations: joined(traffic.value.invocations, news.invocations),
      };
    });
    on(source, 'changed', (areas) => {
      batch(() => {
        for (const area of areas) areaVersions[area].value += 1;
      });
    });
    on(source, 'full', () => {
      source?.close();
      connection.value = 'full';
    });
    source.addEventListener('error', () => {
      if (connection.value !== 'full') connection.value = 'lost';
      // A browser gives up on an emulator that answers with an error.
      if (source?.readyState === EventSource.CLOSED && !document.hidden) setTimeout(open, CALM_MS);
    });
  };
  const close = (): void => {
    clearTimeout(catchingUp);
    source?.close();
    source = undefined;
  };
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) close();
    else if (source === undefined) open();
  });
  if (!document.hidden) open();
}

/** Adds slots to those that are known, the newer of the same time instead of the older. */
function joined(known: readonly TrafficSlot[], news: readonly TrafficSlot[]): readonly TrafficSlot[] {
  const from = news[0]?.startMs ?? Infinity;
  return [...known.filter(({ startMs }) => startMs < from), ...news].slice(-SLOTS_SHOWN);
}

interface FeedMessages {
  readonly hello: HelloMessage;
  readonly requests: RequestsMessage;
  readonly traffic: Traffic;
  readonly changed: readonly ConsoleArea[];
  readonly full: object;
}

function on<Name extends keyof FeedMessages>(
  source: EventSource,
  name: Name,
  listener: (message: FeedMessages[Name]) => void,
): void {
  source.addEventListener(name, ({ data }: MessageEvent<string>) => {
    listener(JSON.parse(data) as FeedMessages[Name]);
  });
}
