import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { parsedJson, prettyJson } from './json-text.ts';

/** A field for JSON that says where it is wrong. */
export function JsonEditor({
  label,
  value,
  onInput,
  rows,
}: {
  readonly label: string;
  readonly value: string;
  readonly onInput: (text: string) => void;
  readonly rows: number;
}): JSX.Element {
  const id = useId();
  const parsed = parsedJson(value);
  return (
    <div class="json-editor">
      <div class="field-head">
        <label for={id}>{label}</label>
        <button
          type="button"
          class="link-button"
          disabled={!parsed.ok}
          onClick={() => {
            if (parsed.ok) onInput(prettyJson(parsed.value));
          }}
        >
          Format
        </button>
      </div>
      <textarea
        id={id}
        rows={rows}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        value={value}
        aria-invalid={!parsed.ok}
        aria-describedby={`${id}-problem`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <p class="field-problem" id={`${id}-problem`}>
        {parsed.ok ? '' : parsed.message}
      </p>
    </div>
  );
}
