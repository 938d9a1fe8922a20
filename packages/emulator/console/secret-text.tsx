import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { tell } from './console-state.ts';
import { CopyButton } from './copy-button.tsx';
import { messageOf } from './emulator-api.ts';

/** A secret that is not in the page until someone asks for it, and is not kept when it is hidden again. */
export function SecretText({
  what,
  fetchSecret,
}: {
  /** What it is, for example `client secret of shop`. */
  readonly what: string;
  readonly fetchSecret: () => Promise<string>;
}): JSX.Element {
  const [shown, setShown] = useState<string | undefined>(undefined);
  const toggle = async (): Promise<void> => {
    try {
      setShown(shown === undefined ? await fetchSecret() : undefined);
    } catch (error) {
      tell(messageOf(error), 'bad');
    }
  };
  return (
    <span class="secret">
      <code class="mono clip">{shown ?? '••••••••••••'}</code>
      <button
        type="button"
        class="icon-button"
        aria-label={`${shown === undefined ? 'Show' : 'Hide'} ${what}`}
        title={shown === undefined ? 'Show' : 'Hide'}
        onClick={() => void toggle()}
      >
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
          <path d="M1.5 8s2.5-4.5 6.5-4.5 6.5 4.5 6.5 4.5-2.5 4.5-6.5 4.5-6.5-4.5-6.5-4.5z" />
          <circle cx="8" cy="8" r="2" />
          {shown === undefined ? null : <path d="M2.5 13.5l11-11" />}
        </svg>
      </button>
      <CopyButton quiet what={what} text={() => shown ?? fetchSecret()} />
    </span>
  );
}
