import type { JSX } from 'preact';
import { explained } from './answer-explanation.ts';
import type { InvocationView } from './emulator-views.ts';
import { hrefOf } from './location-route.ts';
import { LogLines } from './log-lines.tsx';
import { Badge, Section } from './panel-parts.tsx';
import { HeaderTable, TextBlock } from './text-block.tsx';
import { latencyText } from './time-text.ts';

/** What an invocation brought: result or failure as the caller gets it, and the logs, which the caller of V2 does not get. */
export function InvocationResult({ result }: { readonly result: InvocationView }): JSX.Element {
  const { tone, title, detail } = explained(result);
  return (
    <section class={`result ${tone}`} aria-label="Result" aria-live="polite">
      <p class="result-line">
        <Badge tone={tone}>{result.status ?? result.outcome}</Badge>
        <strong>{title}</strong>
        <span class="muted">{latencyText(result.durationMs)}</span>
        <span class="links">
          {result.requestIds.map((id) => (
            <a key={id} href={hrefOf('traffic', id)}>
              #{id}
            </a>
          ))}
        </span>
      </p>
      {detail === '' ? null : <p class="result-detail">{detail}</p>}
      {result.body === undefined ? null : <TextBlock label="Result" text={result.body} />}
      {result.headers === undefined ? null : (
        <Section title="Response headers" open={false}>
          <HeaderTable headers={result.headers} />
        </Section>
      )}
      {result.logs.length === 0 ? null : (
        <Section title={`Logs of this call (${String(result.logs.length)})`}>
          <LogLines logs={result.logs} linked={false} />
        </Section>
      )}
    </section>
  );
}
