import { computed, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { RequestSummary } from '../src/console/feed-messages.ts';
import { accounts, functionName, paused, requests, tell } from './console-state.ts';
import { ask, messageOf } from './emulator-api.ts';
import { goTo, route } from './location-route.ts';
import { operationTitle } from './operation-title.ts';
import { EmptyState, ViewHeader } from './panel-parts.tsx';
import { RequestPanel } from './request-panel.tsx';
import { StatusBadge } from './status-badge.tsx';
import { latencyText, timeOfDay } from './time-text.ts';
import { matcherOf, NO_FILTER, type TrafficFilter } from './traffic-filter.ts';
import { useViewKeys } from './view-keys.ts';
import { WindowedList } from './windowed-list.tsx';

const ROW_HEIGHT = 34;
const NARROW_ROW_HEIGHT = 52;
const NARROW = matchMedia('(max-width: 719px)');
const SERVICES = ['discovery', 'sentinel', 'gateway', 'listing', 'unknown'];

const filter = signal<TrafficFilter>(NO_FILTER);
/** What the list holds while it stands still. */
let held: readonly RequestSummary[] = [];

const source = computed(() => {
  if (!paused.value) held = requests.value.items;
  return held;
});
/** Newest first. */
const shown = computed(() => source.value.filter(matcherOf(filter.value, functionName)).reverse());
const keys = computed(() => shown.value.map(({ id }) => id));

/** Every request to every service as it happens, and one of them from close by. */
export function TrafficView(): JSX.Element {
  const isNarrow = useNarrow();
  const field = useRef<HTMLInputElement>(null);
  const item = route.value.item === undefined ? undefined : Number(route.value.item);
  const list = shown.value;
  const total = source.value.length;

  useViewKeys({ '/': () => field.current?.focus() });

  const set = (change: Partial<TrafficFilter>): void => {
    filter.value = { ...filter.value, ...change };
  };
  const clear = async (): Promise<void> => {
    try {
      await ask('DELETE', '/requests');
      goTo('traffic');
      tell('The journal is empty.');
    } catch (error) {
      tell(messageOf(error), 'bad');
    }
  };
  return (
    <div class={`view fill split${item === undefined ? '' : ' has-detail'}`}>
      <section class="main-pane" aria-label="Requests">
        <ViewHeader title="Traffic">
          <button
            type="button"
            class="button"
            aria-pressed={paused.value}
            onClick={() => {
              paused.value = !paused.value;
            }}
          >
            {paused.value ? 'Resume' : 'Pause'}
          </button>
          <button type="button" class="button" onClick={() => void clear()}>
            Clear
          </button>
        </ViewHeader>
        <div class="filters" role="search">
          <input
            ref={field}
            type="search"
            class="grow"
            placeholder="Filter by path, function, event, status …"
            aria-label="Filter"
            aria-keyshortcuts="/"
            value={filter.value.text}
            onInput={(event) => set({ text: event.currentTarget.value })}
          />
          <select
            aria-label="Service"
            value={filter.value.service}
            onChange={(event) => set({ service: event.currentTarget.value })}
          >
            <option value="">All services</option>
            {SERVICES.map((service) => (
              <option key={service} value={service}>
                {service}
              </option>
            ))}
          </select>
          <select
            aria-label="Outcome"
            value={filter.value.outcome}
            onChange={(event) => set({ outcome: event.currentTarget.value as TrafficFilter['outcome'] })}
          >
            <option value="all">Any outcome</option>
            <option value="failed">Failed</option>
            <option value="succeeded">Succeeded</option>
          </select>
          {accounts.value.length < 2 ? null : (
            <select
              aria-label="Account of the requests"
              value={filter.value.accountId}
              onChange={(event) => set({ accountId: event.currentTarget.value })}
            >
              <option value="">All accounts</option>
              {accounts.value.map(({ accountId }) => (
                <option key={accountId} value={accountId}>
                  {accountId}
                </option>
              ))}
            </select>
          )}
          <span class="muted count" data-count={list.length}>
            {list.length === total ? `${String(total)} requests` : `${String(list.length)} of ${String(total)}`}
          </span>
        </div>
        {list.length === 0 ? (
          <NoRequests anyKnown={total > 0} onClear={() => set(NO_FILTER)} />
        ) : (
          <WindowedList
            label="Requests, newest first"
            keys={keys.value}
            rowHeight={isNarrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT}
            selected={item}
            onSelect={(id) => goTo('traffic', id)}
          >
            {(index) => <Row request={list[index]} />}
          </WindowedList>
        )}
      </section>
      {item === undefined ? null : <RequestPanel key={item} id={item} />}
    </div>
  );
}

function Row({ request }: { readonly request: RequestSummary | undefined }): JSX.Element | null {
  if (request === undefined) return null;
  const { title, target } = operationTitle(request);
  return (
    <div class="request-row">
      <time>{timeOfDay(request.startedAtMs)}</time>
      <StatusBadge request={request} />
      <span class="method">{request.method}</span>
      <span class="operation">
        {title}
        {target === '' ? null : <b>{target}</b>}
      </span>
      <span class="path">{request.path}</span>
      <span class="duration">{request.durationMs === undefined ? '' : latencyText(request.durationMs)}</span>
    </div>
  );
}

function NoRequests({ anyKnown, onClear }: { readonly anyKnown: boolean; readonly onClear: () => void }): JSX.Element {
  if (!anyKnown) {
    return (
      <EmptyState title="No requests yet">
        <p class="muted">
          Every request to every service is listed here as it happens. <a href="#/overview">The overview</a> has three
          lines of code to start with.
        </p>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No request matches">
      <button type="button" class="button" onClick={onClear}>
        Clear the filter
      </button>
    </EmptyState>
  );
}

function useNarrow(): boolean {
  const [isNarrow, setNarrow] = useState(NARROW.matches);
  useEffect(() => {
    const listener = (): void => setNarrow(NARROW.matches);
    NARROW.addEventListener('change', listener);
    return () => NARROW.removeEventListener('change', listener);
  }, []);
  return isNarrow;
}
