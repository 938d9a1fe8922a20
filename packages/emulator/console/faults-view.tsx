import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask, messageOf, pathOf } from './emulator-api.ts';
import type { FaultView } from './emulator-views.ts';
import { FAULT_PRESETS, isActive, whatOf, whereOf } from './fault-text.ts';
import { refreshAll, tell } from './console-state.ts';
import { JsonEditor } from './json-editor.tsx';
import { parsedJson, prettyJson } from './json-text.ts';
import { EmptyState, Problem, ViewHeader } from './panel-parts.tsx';
import { perform } from './perform.ts';
import { useArea } from './use-area.ts';
import { usePending } from './use-pending.ts';

/** Misbehaviour of the platform, to be switched on and off. */
export function FaultsView(): JSX.Element {
  const faults = useArea<readonly FaultView[]>('faults', '/faults');
  return (
    <div class="view">
      <ViewHeader
        title="Faults"
        about="What the platform does wrong, and how often it did. The first that decides the answer wins."
      >
        <button
          type="button"
          class="button"
          disabled={(faults.value?.length ?? 0) === 0}
          onClick={() => void perform(() => ask('DELETE', '/faults'), 'All faults are removed.')}
        >
          Remove all
        </button>
      </ViewHeader>
      <Problem text={faults.problem} />
      {faults.value?.length === 0 ? (
        <EmptyState title="No faults">
          <p class="muted">The platform behaves. Choose one below to see how your code takes it.</p>
        </EmptyState>
      ) : null}
      {faults.value === undefined || faults.value.length === 0 ? null : (
        <div class="table-box" tabIndex={0} role="region" aria-label="Table of faults">
          <table class="stack">
            <thead>
              <tr>
                <th>On</th>
                <th>What happens</th>
                <th>To which requests</th>
                <th class="number">Hits</th>
                <th>
                  <span class="unseen">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {faults.value.map((fault) => (
                <FaultRow key={fault.id} fault={fault} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <AddFault />
    </div>
  );
}

function FaultRow({ fault }: { readonly fault: FaultView }): JSX.Element {
  const { id, definition, hits } = fault;
  const { value: isOn, change } = usePending(fault.enabled);
  const path = `/faults${pathOf(String(id))}`;
  const times = definition['times'];
  const what = whatOf(definition);
  return (
    <tr class={isActive({ ...fault, enabled: isOn }) ? '' : 'faded'}>
      <td data-label="On">
        <input
          type="checkbox"
          role="switch"
          class="switch"
          aria-label={`Fault ${String(id)}: ${what}`}
          checked={isOn}
          onChange={(event) => {
            const wanted = event.currentTarget.checked;
            change(wanted, () =>
              perform(() => ask('PUT', path, { enabled: wanted }), wanted ? 'The fault is on.' : 'The fault is off.'),
            );
          }}
        />
      </td>
      <td class="primary-cell">{what}</td>
      <td data-label="To which requests">{whereOf(definition)}</td>
      <td data-label="Hits" class="number" data-hits={hits}>
        <span>
          {hits.toLocaleString('en')}
          {typeof times === 'number' ? <span class="muted"> of {times}</span> : null}
        </span>
      </td>
      <td class="row-actions">
        <button
          type="button"
          class="button"
          aria-label={`Remove fault ${String(id)}`}
          onClick={() => void perform(() => ask('DELETE', path), 'The fault is removed.')}
        >
          Remove
        </button>
      </td>
    </tr>
  );
}

function AddFault(): JSX.Element {
  const [text, setText] = useState(prettyJson(FAULT_PRESETS[0]?.definition));
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const parsed = parsedJson(text);
  const add = async (): Promise<void> => {
    if (!parsed.ok) return;
    try {
      await ask('POST', '/faults', parsed.value);
      setProblem(undefined);
      tell('The fault is on.');
      refreshAll();
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  return (
    <form
      class="card"
      aria-label="Add a fault"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <header class="card-header">
        <h2>Add a fault</h2>
      </header>
      <div class="chips" role="group" aria-label="Often wanted">
        {FAULT_PRESETS.map(({ title, definition }) => (
          <button
            key={title}
            type="button"
            class="chip"
            aria-pressed={text === prettyJson(definition)}
            onClick={() => {
              setText(prettyJson(definition));
              setProblem(undefined);
            }}
          >
            {title}
          </button>
        ))}
      </div>
      <JsonEditor label="Fault" value={text} onInput={setText} rows={6} />
      <Problem text={problem} />
      <div class="actions">
        <button type="submit" class="button primary" disabled={!parsed.ok}>
          Switch on
        </button>
      </div>
    </form>
  );
}
