import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { accountId } from './console-state.ts';
import { ask, messageOf, pathOf } from './emulator-api.ts';
import type { AppView, FunctionView, InvocationView, UserView } from './emulator-views.ts';
import { InvocationResult } from './invocation-result.tsx';
import { JsonEditor } from './json-editor.tsx';
import { parsedJson, prettyJson } from './json-text.ts';
import { Problem } from './panel-parts.tsx';
import { useArea } from './use-area.ts';

/** Invokes a function as a caller from outside does: an app's or a user's token, over the wire. */
export function InvokeForm({ entry }: { readonly entry: FunctionView }): JSX.Element {
  const base = `/accounts${pathOf(accountId.value)}`;
  const apps = useArea<readonly AppView[]>('apps', `${base}/apps`).value ?? [];
  const users = useArea<readonly UserView[]>('users', `${base}/users`).value ?? [];
  const sample = entry.sampleInput;
  const [payload, setPayload] = useState(prettyJson(sample.payload));
  const [headers, setHeaders] = useState(prettyJson(sample.headers));
  const [byEvent, setByEvent] = useState(false);
  const [caller, setCaller] = useState('');
  const [skill, setSkill] = useState('');
  const [result, setResult] = useState<InvocationView | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const running = useRef<AbortController | undefined>(undefined);
  const [isRunning, setIsRunning] = useState(false);
  useEffect(() => () => running.current?.abort(), []);

  const invoke = async (): Promise<void> => {
    const [content, entries] = [parsedJson(payload), parsedJson(headers)];
    if (!content.ok || !entries.ok || isRunning) return;
    running.current = new AbortController();
    setIsRunning(true);
    setProblem(undefined);
    const [kind, who] = splitOnce(caller);
    const order = {
      ...(byEvent ? { eventId: entry.eventId } : { uuid: entry.uuid }),
      payload: content.value,
      headers: entries.value,
      ...(skill === '' ? {} : { skillId: skill }),
      ...(kind === '' ? {} : { as: kind === 'nobody' ? { nobody: true } : { [kind]: who } }),
    };
    try {
      setResult(await ask<InvocationView>('POST', `${base}/invocations`, order, running.current.signal));
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setIsRunning(false);
    }
  };
  return (
    <form
      class="invoke"
      aria-label={`Invoke ${entry.name}`}
      onSubmit={(event) => {
        event.preventDefault();
        void invoke();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        void invoke();
      }}
    >
      <JsonEditor label="Payload" value={payload} onInput={setPayload} rows={7} />
      <div class="fields">
        <label>
          Caller
          <select value={caller} onChange={(event) => setCaller(event.currentTarget.value)}>
            {apps.map(({ clientId, installation }, index) => (
              <option key={clientId} value={index === 0 ? '' : `app:${clientId}`}>
                App {installation.display_name ?? installation.client_name}
              </option>
            ))}
            {users.map(({ loginName }) => (
              <option key={loginName} value={`user:${loginName}`}>
                User {loginName}
              </option>
            ))}
            <option value="nobody:">Nobody: no token</option>
          </select>
        </label>
        {entry.eventId === undefined ? null : (
          <label>
            Target
            <select
              value={byEvent ? 'event' : 'uuid'}
              onChange={(event) => setByEvent(event.currentTarget.value === 'event')}
            >
              <option value="uuid">This function, by UUID</option>
              <option value="event">Event {entry.eventId}</option>
            </select>
          </label>
        )}
        {entry.skills.length === 0 ? null : (
          <label>
            Skill
            <select value={skill} onChange={(event) => setSkill(event.currentTarget.value)}>
              <option value="">None</option>
              {entry.skills.map((id) => (
                <option key={id} value={id}>
                  {id}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <details class="section">
        <summary>Headers for the function</summary>
        <div class="section-body">
          <JsonEditor label="Headers, as a list of key and value" value={headers} onInput={setHeaders} rows={4} />
        </div>
      </details>
      <div class="actions">
        <button
          type="submit"
          class="button primary"
          disabled={isRunning || !parsedJson(payload).ok || !parsedJson(headers).ok}
        >
          {isRunning ? 'Running …' : 'Invoke'}
        </button>
        {isRunning ? (
          <button type="button" class="button" onClick={() => running.current?.abort()}>
            Cancel
          </button>
        ) : null}
        <button
          type="button"
          class="button"
          onClick={() => {
            setPayload(prettyJson(sample.payload));
            setHeaders(prettyJson(sample.headers));
          }}
        >
          Sample input
        </button>
        <span class="muted hint">Ctrl+Enter</span>
      </div>
      <Problem text={problem} />
      {result === undefined ? null : <InvocationResult result={result} />}
    </form>
  );
}

function splitOnce(text: string): readonly [string, string] {
  const mark = text.indexOf(':');
  return mark < 0 ? ['', ''] : [text.slice(0, mark), text.slice(mark + 1)];
}
