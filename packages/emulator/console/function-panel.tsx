import type { JSX } from 'preact';
import { accountId } from './console-state.ts';
import { CopyButton } from './copy-button.tsx';
import { pathOf } from './emulator-api.ts';
import type { FunctionDetails, FunctionView } from './emulator-views.ts';
import { StateBadge } from './functions-view.tsx';
import { InvokeForm } from './invoke-form.tsx';
import { goTo } from './location-route.ts';
import { LogLines } from './log-lines.tsx';
import { Problem, Section } from './panel-parts.tsx';
import { TextBlock } from './text-block.tsx';
import { useArea } from './use-area.ts';

/** One function: invoke it, read its logs and code. */
export function FunctionPanel({
  entry,
  name,
}: {
  readonly entry: FunctionView | undefined;
  readonly name: string;
}): JSX.Element {
  const path = entry === undefined ? undefined : `/accounts${pathOf(accountId.value)}/functions${pathOf(entry.uuid)}`;
  const details = useArea<FunctionDetails>('functions', path);
  const logs = details.value?.logs ?? [];
  return (
    <aside class="detail-pane" aria-label={`Function ${name}`}>
      <header class="detail-header">
        <div class="detail-title">
          <h2>{name}</h2>
          {entry === undefined || entry.description === '' ? null : <p class="muted">{entry.description}</p>}
        </div>
        <button
          type="button"
          class="icon-button"
          aria-label="Close the function"
          title="Close (Esc)"
          onClick={() => goTo('functions')}
        >
          <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M3.5 3.5l9 9m0-9l-9 9" />
          </svg>
        </button>
      </header>
      {entry === undefined ? (
        <p class="muted">There is no function of this name on account {accountId.value}.</p>
      ) : (
        <>
          <Problem text={entry.problem} />
          <dl class="facts">
            <div>
              <dt>UUID</dt>
              <dd>
                <code class="mono clip">{entry.uuid}</code>
                <CopyButton quiet what="UUID" text={entry.uuid} />
              </dd>
            </div>
            <div>
              <dt>State</dt>
              <dd>
                <StateBadge entry={entry} />
              </dd>
            </div>
            <div>
              <dt>Event</dt>
              <dd>
                {entry.eventId ?? 'none'}
                {entry.eventId === undefined ? null : <CopyButton quiet what="event id" text={entry.eventId} />}
              </dd>
            </div>
            <div>
              <dt>Skills</dt>
              <dd>{entry.skills.length === 0 ? 'none' : entry.skills.join(', ')}</dd>
            </div>
            <div>
              <dt>Size</dt>
              <dd>{entry.size}</dd>
            </div>
            <div>
              <dt>Runs</dt>
              <dd>{entry.invocations.toLocaleString('en')}</dd>
            </div>
          </dl>
          <InvokeForm entry={entry} />
          <Section title={`Logs (${String(logs.length)})`}>
            <LogLines logs={logs} />
          </Section>
          <Section title="Code" open={false}>
            <TextBlock label="Code" text={details.value?.code ?? ''} pretty={false} />
          </Section>
          {Object.keys(entry.environmentVariables).length === 0 ? null : (
            <Section title="Environment variables" open={false}>
              <p class="mono">{Object.keys(entry.environmentVariables).join(', ')}</p>
            </Section>
          )}
        </>
      )}
    </aside>
  );
}
