import type { JSX } from 'preact';
import { CopyButton } from './copy-button.tsx';
import { prettyText } from './json-text.ts';

/** More is cut off in what is shown; copying takes it all. */
const SHOWN_CHARACTERS = 100_000;

/** A text as it came, JSON spread out. It is only ever text. */
export function TextBlock({
  text,
  label,
  pretty = true,
}: {
  readonly text: string;
  readonly label: string;
  readonly pretty?: boolean;
}): JSX.Element {
  if (text === '') return <p class="muted">Empty.</p>;
  const whole = pretty ? prettyText(text) : text;
  const cut = whole.length > SHOWN_CHARACTERS;
  return (
    <div class="text-block">
      <pre tabIndex={0} role="region" aria-label={label}>
        {cut ? whole.slice(0, SHOWN_CHARACTERS) : whole}
      </pre>
      <CopyButton quiet what={label.toLowerCase()} text={text} />
      {cut ? (
        <p class="muted">{`The first ${String(SHOWN_CHARACTERS)} of ${String(whole.length)} characters.`}</p>
      ) : null}
    </div>
  );
}

/** HTTP headers, one to a line. */
export function HeaderTable({
  headers,
}: {
  readonly headers: Readonly<Record<string, string>> | undefined;
}): JSX.Element {
  const entries = Object.entries(headers ?? {});
  if (entries.length === 0) return <p class="muted">None.</p>;
  return (
    <dl class="headers">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
