import type { JSX } from 'preact';
import type { LogLine } from './emulator-views.ts';
import { hrefOf } from './location-route.ts';
import { timeOfDay } from './time-text.ts';

const TONES = { Debug: 'debug', Info: 'info', Warn: 'warn', Error: 'error' } as const;

/** What functions logged, oldest first. */
export function LogLines({
  logs,
  linked = true,
}: {
  readonly logs: readonly LogLine[];
  /** Whether each line leads to its request. */
  readonly linked?: boolean;
}): JSX.Element {
  if (logs.length === 0) return <p class="muted">Nothing was logged.</p>;
  return (
    <ol class="logs" tabIndex={0} role="list" aria-label="Log lines">
      {logs.map((line, index) => (
        <li key={index} class={TONES[line.level]}>
          <time>{timeOfDay(line.timestamp)}</time>
          <span class="level">{line.level}</span>
          <span class="message">
            {line.message}
            {line.extras.map((extra) => ` ${typeof extra === 'string' ? extra : JSON.stringify(extra)}`).join('')}
          </span>
          {linked ? (
            <a href={hrefOf('traffic', line.requestId)} aria-label={`Request ${String(line.requestId)}`}>
              #{line.requestId}
            </a>
          ) : null}
        </li>
      ))}
    </ol>
  );
}
