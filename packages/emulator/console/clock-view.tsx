import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from './emulator-api.ts';
import { clockOffsetMs, useEmulatorTime } from './emulator-time.ts';
import { ViewHeader } from './panel-parts.tsx';
import { perform } from './perform.ts';
import { spanText, utcText } from './time-text.ts';

const STEPS: readonly (readonly [string, number])[] = [
  ['−1 hour', -3_600_000],
  ['+1 minute', 60_000],
  ['+30 minutes', 1_800_000],
  ['+1 hour', 3_600_000],
  ['+8 hours', 28_800_000],
  ['+1 day', 86_400_000],
  ['+30 days', 2_592_000_000],
];
/** Below this it is the machine's time: the question itself takes a while. */
const UNMOVED_MS = 1_000;

/** The emulator's clock, by which tokens expire. */
export function ClockView(): JSX.Element {
  const now = useEmulatorTime();
  const offset = clockOffsetMs.value ?? 0;
  const isMoved = Math.abs(offset) >= UNMOVED_MS;
  const [moment, setMoment] = useState('');
  const chosen = moment === '' ? NaN : Date.parse(`${moment}Z`);
  const advance = (ms: number): void => {
    void perform(
      () => ask('POST', '/clock/advance', { ms }),
      `Moved the clock by ${ms < 0 ? '−' : ''}${spanText(ms)}.`,
    );
  };
  return (
    <div class="view">
      <ViewHeader title="Clock" about="Lifetimes of tokens, codes and sessions run by it. Functions do not see it." />
      <section class="card clock" aria-label="The emulator's time">
        <p class="clock-face">
          <time data-clock={now}>{utcText(now)}</time> <span class="muted">UTC</span>
        </p>
        <p class="muted">
          {isMoved
            ? `${spanText(offset)} ${offset > 0 ? 'ahead of' : 'behind'} this machine`
            : 'The time of this machine'}
        </p>
        <div class="chips" role="group" aria-label="Move the clock">
          {STEPS.map(([title, ms]) => (
            <button key={title} type="button" class="chip" onClick={() => advance(ms)}>
              {title}
            </button>
          ))}
        </div>
        <form
          class="fields"
          aria-label="Set the clock"
          onSubmit={(event) => {
            event.preventDefault();
            if (!Number.isNaN(chosen)) void perform(() => ask('PUT', '/clock', { nowMs: chosen }), 'The clock is set.');
          }}
        >
          <label>
            Set to (UTC)
            <input
              type="datetime-local"
              step={1}
              value={moment}
              onInput={(event) => setMoment(event.currentTarget.value)}
            />
          </label>
          <div class="actions">
            <button type="submit" class="button" disabled={Number.isNaN(chosen)}>
              Set
            </button>
            <button
              type="button"
              class="button"
              disabled={!isMoved}
              onClick={() => void perform(() => ask('DELETE', '/clock'), "Back to this machine's time.")}
            >
              Reset
            </button>
          </div>
        </form>
      </section>
    </div>
  );
}
