import type { JSX } from 'preact';
import { CopyButton } from './copy-button.tsx';
import { prettyText } from './json-text.ts';

/** More is not shown, since a browser is slow with it; copying takes all that the page has. */
const SHOWN_CHARACTERS = 100_000;

/** A text as it came, JSON spread out. It is only ever text. What is missing of it is said below it, and when it is copied. */
export function TextBlock({
  text,
  label,
  pretty = true,
  missing,
}: {
  readonly text: string;
  readonly label: string;
  readonly pretty?: boolean;
  /** What the emulator has not kept of the text, in words; see `missingText`. */
  readonly missing?: string | undefined;
}): JSX.Element {
  if (text === '') return <p class="muted">{missing ?? 'Empty.'}</p>;
  const whole = pretty ? prettyText(text) : text;
  const cut = whole.length > SHOWN_CHARACTERS;
  return (
    <div class="text-block">
      <pre tabIndex={0} role="region" aria-label={label}>
        {cut ? whole.slice(0, SHOWN_CHARACTERS) : whole}
      </pre>
      <CopyButton
        quiet
        what={missing === undefined ? label.toLowerCase() : `the kept part of the ${label.toLowerCase()}`}
        text={text}
      />
      {cut ? (
        <p class="muted">
          {`The first ${SHOWN_CHARACTERS.toLocaleString('en')} of ${whole.length.toLocaleString('en')} characters are shown; copying takes them all.`}
        </p>
      ) : null}
      {missing === undefined ? null : <p class="warning">{missing}</p>}
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
