import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const DOUBT_MS = 4_000;

/** A button for what cannot be taken back: the first press asks, the second does it. */
export function ConfirmButton({
  onConfirm,
  label,
  children,
}: {
  readonly onConfirm: () => void;
  /** What it does, and to what. */
  readonly label: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    if (!asked) return undefined;
    const timer = setTimeout(() => setAsked(false), DOUBT_MS);
    return () => clearTimeout(timer);
  }, [asked]);
  return (
    <button
      type="button"
      class={asked ? 'button danger' : 'button'}
      aria-label={asked ? `Sure? ${label}` : label}
      onBlur={() => setAsked(false)}
      onClick={() => {
        if (asked) onConfirm();
        setAsked(!asked);
      }}
    >
      {asked ? 'Sure?' : children}
    </button>
  );
}
