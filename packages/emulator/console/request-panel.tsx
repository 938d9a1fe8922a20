import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { accountId, functionName, requests } from './console-state.ts';
import { CopyButton } from './copy-button.tsx';
import { curlOf } from './copy-as-curl.ts';
import { typeScriptOf } from './copy-as-typescript.ts';
import { ask, messageOf, pathOf } from './emulator-api.ts';
import type { FunctionDetails, LogLine, RequestView } from './emulator-views.ts';
import { goTo, hrefOf } from './location-route.ts';
import { missingText, reasonNotToCopy } from './kept-text.ts';
import { LogLines } from './log-lines.tsx';
import { operationTitle } from './operation-title.ts';
import { Problem, Section } from './panel-parts.tsx';
import { StatusBadge } from './status-badge.tsx';
import { HeaderTable, TextBlock } from './text-block.tsx';
import { latencyText, utcText } from './time-text.ts';

/** One request with its answer, as they went over the wire. */
export function RequestPanel({ id }: { readonly id: number }): JSX.Element {
  const [secrets, setSecrets] = useState(false);
  const [request, setRequest] = useState<RequestView | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  // Asked again when it has got on.
  const state = useMemo(() => computed(() => requests.value.items.findLast((item) => item.id === id)?.outcome), [id]);
  const outcome = state.value;

  useEffect(() => {
    const gone = new AbortController();
    ask<RequestView>('GET', `/requests/${String(id)}${secrets ? '?secrets=shown' : ''}`, undefined, gone.signal).then(
      (found) => {
        setRequest(found);
        setProblem(undefined);
      },
      (error: unknown) => {
        if (!gone.signal.aborted) setProblem(messageOf(error));
      },
    );
    return () => gone.abort();
  }, [id, secrets, outcome]);

  const close = (
    <button
      type="button"
      class="icon-button"
      aria-label="Close the request"
      title="Close (Esc)"
      onClick={() => goTo('traffic')}
    >
      <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
        <path d="M3.5 3.5l9 9m0-9l-9 9" />
      </svg>
    </button>
  );
  if (request === undefined) {
    return (
      <aside class="detail-pane" aria-label={`Request ${String(id)}`}>
        <header class="detail-header">
          <h2>{`Request #${String(id)}`}</h2>
          {close}
        </header>
        <Problem text={problem} />
      </aside>
    );
  }
  const { title, target } = operationTitle(request);
  const { bodyCharacters, bodyCut, responseBody = '', responseBodyCharacters, responseBodyCut } = request;
  const uncopyable = reasonNotToCopy(request);
  return (
    <aside class="detail-pane" aria-label={`Request ${String(id)}`}>
      <header class="detail-header">
        <div class="detail-title">
          <h2>
            {title} {target}
          </h2>
          <p class="muted">
            #{request.id} · {request.service}
            {request.accountId === undefined ? '' : ` · account ${request.accountId}`} · {utcText(request.startedAtMs)}{' '}
            UTC
          </p>
        </div>
        {close}
      </header>
      <p class="wire-line">
        <StatusBadge request={request} />
        <code class="mono">
          {request.method} {request.url}
        </code>
        {request.durationMs === undefined ? null : <span class="muted">{latencyText(request.durationMs)}</span>}
      </p>
      <div class="actions">
        <CopyButton what="as curl" disabled={uncopyable !== undefined} text={() => curlOf(request, location.origin)}>
          Copy as curl
        </CopyButton>
        <CopyButton
          what="as TypeScript"
          disabled={uncopyable !== undefined}
          text={() => typeScriptOf(request, location.origin)}
        >
          Copy as TypeScript
        </CopyButton>
        <button type="button" class="button" aria-pressed={secrets} onClick={() => setSecrets(!secrets)}>
          {secrets ? 'Hide secrets' : 'Show secrets'}
        </button>
      </div>
      {uncopyable === undefined ? null : <p class="warning">{uncopyable}</p>}
      {request.ran.length === 0 ? null : (
        <p>
          Ran{' '}
          {request.ran.map((uuid, index) => (
            <span key={index}>
              {index === 0 ? '' : ', '}
              <a href={hrefOf('functions', functionName(uuid) ?? uuid)}>{functionName(uuid) ?? uuid}</a>
            </span>
          ))}
        </p>
      )}
      <Section title="Request headers" open={false}>
        <HeaderTable headers={request.headers} />
      </Section>
      <Section title="Request body">
        <TextBlock label="Request body" text={request.body} missing={missingText(bodyCharacters, bodyCut)} />
      </Section>
      {request.outcome === 'pending' ? (
        <p class="muted">There is no answer yet.</p>
      ) : request.status === undefined ? (
        <p class="muted">
          {request.outcome === 'cut'
            ? 'A fault ended the connection without an answer.'
            : 'The caller went away first.'}
        </p>
      ) : (
        <>
          <Section title="Response headers" open={false}>
            <HeaderTable headers={request.responseHeaders} />
          </Section>
          <Section title="Response body">
            <TextBlock
              label="Response body"
              text={responseBody}
              missing={missingText(responseBodyCharacters, responseBodyCut)}
            />
          </Section>
        </>
      )}
      {request.ran.length === 0 ? null : <LogsOf request={request} />}
    </aside>
  );
}

/** What the functions logged while they ran for this request. */
function LogsOf({ request }: { readonly request: RequestView }): JSX.Element {
  const [logs, setLogs] = useState<readonly LogLine[]>([]);
  const account = request.accountId ?? accountId.value;
  useEffect(() => {
    let gone = false;
    const load = async (): Promise<void> => {
      const uuids = [...new Set(request.ran)];
      const found = await Promise.all(
        uuids.map((uuid) => ask<FunctionDetails>('GET', `/accounts${pathOf(account)}/functions${pathOf(uuid)}`)),
      );
      const lines = found.flatMap((details) => details.logs.filter(({ requestId }) => requestId === request.id));
      if (!gone) setLogs(lines);
    };
    // A function that was removed has no logs any more.
    load().catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [request]);
  return (
    <Section title={`Logs (${String(logs.length)})`}>
      <LogLines logs={logs} linked={false} />
    </Section>
  );
}
