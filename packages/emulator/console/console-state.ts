import { batch, computed, signal } from '@preact/signals';
import type { ConsoleArea, Traffic } from '../src/console/feed-messages.ts';
import type { AccountView, FunctionView } from './emulator-views.ts';
import { EMPTY_LIST, type RequestList } from './request-list.ts';

/** Whether news come in. `full`: too many pages are open already. */
export const connection = signal<'connecting' | 'live' | 'lost' | 'full'>('connecting');

/** Requests, as the feed tells of them. */
export const requests = signal<RequestList>(EMPTY_LIST);

/** Whether the list of requests stands still; it goes on being filled. */
export const paused = signal(false);

export const traffic = signal<Traffic>({ slotMs: 5_000, all: [], invocations: [] });

/** Counts up when something of the area has changed. */
export const areaVersions: Readonly<Record<ConsoleArea, { value: number }>> = {
  accounts: signal(0),
  functions: signal(0),
  apps: signal(0),
  users: signal(0),
  tokens: signal(0),
  faults: signal(0),
  clock: signal(0),
};

/** Lets everything that is shown be asked for again, as after a change that this page has made itself. */
export function refreshAll(): void {
  batch(() => {
    for (const version of Object.values(areaVersions)) version.value += 1;
  });
}

export const accounts = signal<readonly AccountView[]>([]);

/** The account that is looked at; empty until the emulator has told its own. */
export const accountId = signal('');

/** Functions of the account that is looked at; undefined until they are known. */
export const functions = signal<readonly FunctionView[] | undefined>(undefined);

const namesByUuid = computed(() => new Map((functions.value ?? []).map(({ uuid, name }) => [uuid, name])));

/** Finds the name of a function. */
export function functionName(uuid: string): string | undefined {
  return namesByUuid.value.get(uuid);
}

/** What was last done, for the line that screen readers hear too. */
export const notice = signal<{ readonly text: string; readonly tone: 'good' | 'bad' } | undefined>(undefined);

let noticeTimer: ReturnType<typeof setTimeout> | undefined;
const NOTICE_MS = 5_000;

/** Shows for a moment what was done, or why it was not. */
export function tell(text: string, tone: 'good' | 'bad' = 'good'): void {
  clearTimeout(noticeTimer);
  notice.value = { text, tone };
  noticeTimer = setTimeout(() => {
    notice.value = undefined;
  }, NOTICE_MS);
}
