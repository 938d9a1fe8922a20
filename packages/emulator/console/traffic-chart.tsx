import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { TrafficSlot } from '../src/console/feed-messages.ts';
import { traffic } from './console-state.ts';
import { latencyText } from './time-text.ts';

const SLOTS = 60;
const WIDTH = 600;
const HEIGHT = 72;
const STEP = WIDTH / SLOTS;

/** Calls, failures and latency of the last five minutes. */
export function TrafficChart(): JSX.Element {
  const [kind, setKind] = useState<'all' | 'invocations'>('all');
  const { slotMs } = traffic.value;
  const known = traffic.value[kind];
  const now = useNow(slotMs);
  const newest = Math.max(known.at(-1)?.startMs ?? 0, Math.floor(now / slotMs) * slotMs);
  const slots = Array.from({ length: SLOTS }, (_, index) => {
    const startMs = newest - (SLOTS - 1 - index) * slotMs;
    return known.find((slot) => slot.startMs === startMs);
  });
  const calls = known.reduce((sum, slot) => sum + slot.calls, 0);
  const failures = known.reduce((sum, slot) => sum + slot.failures, 0);
  const highest = Math.max(1, ...slots.map((slot) => slot?.calls ?? 0));
  const slowest = Math.max(1, ...slots.map((slot) => slot?.p95Ms ?? 0));
  const last = known.at(-1);
  const share = calls === 0 ? 0 : Math.round((failures / calls) * 1_000) / 10;
  return (
    <section class="card chart" aria-label="Calls, failures and latency">
      <header class="card-header">
        <h2>Last five minutes</h2>
        <div class="segmented" role="group" aria-label="What is counted">
          <button type="button" aria-pressed={kind === 'all'} onClick={() => setKind('all')}>
            All requests
          </button>
          <button type="button" aria-pressed={kind === 'invocations'} onClick={() => setKind('invocations')}>
            Invocations
          </button>
        </div>
      </header>
      <dl class="figures">
        <div>
          <dt>Calls</dt>
          <dd data-figure="calls">{calls.toLocaleString('en')}</dd>
        </div>
        <div>
          <dt>Failures</dt>
          <dd data-figure="failures" class={failures > 0 ? 'bad-text' : ''}>
            {failures.toLocaleString('en')}
            {failures > 0 ? <small>{` ${String(share)} %`}</small> : null}
          </dd>
        </div>
        <div>
          <dt>Median, latest</dt>
          <dd data-figure="median">{last === undefined ? '–' : latencyText(last.medianMs)}</dd>
        </div>
        <div>
          <dt>95th percentile, latest</dt>
          <dd data-figure="p95">{last === undefined ? '–' : latencyText(last.p95Ms)}</dd>
        </div>
      </dl>
      <div class="plots">
        <figure>
          <figcaption>
            Calls in {slotMs / 1_000} s <span class="key calls">calls</span> <span class="key failures">failures</span>
            <span class="top">{highest.toLocaleString('en')}</span>
          </figcaption>
          <svg
            viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={`${String(calls)} calls, ${String(failures)} failures`}
          >
            {slots.map((slot, index) =>
              slot === undefined ? null : <Bars key={index} slot={slot} index={index} highest={highest} />,
            )}
          </svg>
        </figure>
        <figure>
          <figcaption>
            Latency <span class="key median">median</span> <span class="key p95">95th percentile</span>
            <span class="top">{latencyText(slowest)}</span>
          </figcaption>
          <svg
            viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={`At most ${latencyText(slowest)} for 95 % of the calls`}
          >
            {slots.map((slot, index) =>
              slot === undefined ? null : <Latency key={index} slot={slot} index={index} slowest={slowest} />,
            )}
          </svg>
        </figure>
      </div>
    </section>
  );
}

function Bars({
  slot,
  index,
  highest,
}: {
  readonly slot: TrafficSlot;
  readonly index: number;
  readonly highest: number;
}): JSX.Element {
  const all = Math.max(2, (slot.calls / highest) * HEIGHT);
  const failed = slot.failures === 0 ? 0 : Math.max(2, (slot.failures / highest) * HEIGHT);
  const common = { x: index * STEP + 1, width: STEP - 2 };
  return (
    <>
      <rect class="calls" {...common} y={HEIGHT - all} height={all} />
      <rect class="failures" {...common} y={HEIGHT - failed} height={failed} />
    </>
  );
}

function Latency({
  slot,
  index,
  slowest,
}: {
  readonly slot: TrafficSlot;
  readonly index: number;
  readonly slowest: number;
}): JSX.Element {
  const scale = (ms: number): number => Math.max(2, (ms / slowest) * HEIGHT);
  const common = { x: index * STEP + 1, width: STEP - 2 };
  return (
    <>
      <rect class="p95" {...common} y={HEIGHT - scale(slot.p95Ms)} height={scale(slot.p95Ms)} />
      <rect class="median" {...common} y={HEIGHT - scale(slot.medianMs)} height={scale(slot.medianMs)} />
    </>
  );
}

/** The time, often enough for a chart that moves by whole slots. */
function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
