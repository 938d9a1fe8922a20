import type { JSX } from 'preact';
import { functions } from './console-state.ts';
import { CopyButton } from './copy-button.tsx';
import type { FunctionView } from './emulator-views.ts';
import { NoFunctions } from './first-run.tsx';
import { FunctionPanel } from './function-panel.tsx';
import { goTo, hrefOf, route } from './location-route.ts';
import { Badge, ViewHeader, type Tone } from './panel-parts.tsx';

const TONES: Readonly<Record<string, Tone>> = {
  Productive: 'good',
  Modified: 'good',
  Draft: 'plain',
  'Marked Undeployed': 'warn',
  'Build Error': 'bad',
  'Deploy Error': 'bad',
};

/** The account's functions, and one of them from close by. */
export function FunctionsView(): JSX.Element {
  const { item } = route.value;
  const list = functions.value;
  const selected = list?.find(({ name, uuid }) => name === item || uuid === item);
  return (
    <div class={`view split${item === undefined ? '' : ' has-detail'}`}>
      <section class="main-pane" aria-label="Functions">
        <ViewHeader
          title="Functions"
          about={list === undefined ? undefined : `${String(list.length)} on this account`}
        />
        {list?.length === 0 ? <NoFunctions /> : null}
        {list === undefined || list.length === 0 ? null : (
          <div class="table-box" tabIndex={0} role="region" aria-label="Table of functions">
            <table class="stack">
              <thead>
                <tr>
                  <th>Name</th>
                  <th>State</th>
                  <th>Event</th>
                  <th>Skills</th>
                  <th class="number">Runs</th>
                  <th>UUID</th>
                </tr>
              </thead>
              <tbody>
                {list.map((entry) => (
                  <FunctionRow key={entry.uuid} entry={entry} selected={entry === selected} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      {item === undefined || list === undefined ? null : <FunctionPanel key={item} entry={selected} name={item} />}
    </div>
  );
}

/** State of a function, and that it cannot run. */
export function StateBadge({ entry }: { readonly entry: FunctionView }): JSX.Element {
  return (
    <>
      <Badge tone={TONES[entry.state] ?? 'plain'}>{entry.state}</Badge>
      {entry.problem === undefined ? null : <Badge tone="bad">cannot run</Badge>}
    </>
  );
}

function FunctionRow({ entry, selected }: { readonly entry: FunctionView; readonly selected: boolean }): JSX.Element {
  return (
    <tr class={`clickable${selected ? ' selected' : ''}`} onClick={() => goTo('functions', entry.name)}>
      <td class="primary-cell">
        <a href={hrefOf('functions', entry.name)} aria-current={selected ? 'true' : undefined}>
          {entry.name}
        </a>
      </td>
      <td data-label="State">
        <StateBadge entry={entry} />
      </td>
      <td data-label="Event">{entry.eventId ?? <span class="muted">–</span>}</td>
      <td data-label="Skills">{entry.skills.length === 0 ? <span class="muted">–</span> : entry.skills.join(', ')}</td>
      <td data-label="Runs" class="number">
        {entry.invocations.toLocaleString('en')}
      </td>
      <td data-label="UUID" class="uuid">
        <code class="mono clip">{entry.uuid}</code>
        <CopyButton quiet what={`UUID of ${entry.name}`} text={entry.uuid} />
      </td>
    </tr>
  );
}
