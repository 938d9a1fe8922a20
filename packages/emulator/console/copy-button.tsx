import type { ComponentChildren, JSX } from 'preact';
import { tell } from './console-state.ts';
import { messageOf } from './emulator-api.ts';

/** Copies a text, which may have to be fetched first. */
export function CopyButton({
  text,
  what,
  children,
  quiet = false,
  disabled = false,
}: {
  readonly text: string | (() => string | Promise<string>);
  /** What is copied, for those who do not see where the button stands. */
  readonly what: string;
  readonly children?: ComponentChildren;
  readonly quiet?: boolean;
  readonly disabled?: boolean;
}): JSX.Element {
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : await text());
      tell(`Copied ${what}.`);
    } catch (error) {
      tell(`Not copied: ${messageOf(error)}`, 'bad');
    }
  };
  return (
    <button
      type="button"
      class={quiet ? 'icon-button' : 'button'}
      aria-label={children === undefined ? `Copy ${what}` : undefined}
      title={`Copy ${what}`}
      disabled={disabled}
      onClick={(event) => {
        event.stopPropagation();
        void copy();
      }}
    >
      {children ?? <CopyIcon />}
    </button>
  );
}

function CopyIcon(): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
      <path d="M3.5 10.5h-.5a1 1 0 0 1-1-1v-6.5a1 1 0 0 1 1-1h6.5a1 1 0 0 1 1 1v.5" />
    </svg>
  );
}
