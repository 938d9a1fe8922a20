import type { ComponentChildren, JSX } from 'preact';

/** Title of a view, with what can be done there. */
export function ViewHeader({
  title,
  children,
  about,
}: {
  readonly title: string;
  readonly about?: string | undefined;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <header class="view-header">
      <div>
        <h1>{title}</h1>
        {about === undefined ? null : <p class="muted">{about}</p>}
      </div>
      {children === undefined ? null : <div class="actions">{children}</div>}
    </header>
  );
}

/** Stands where there is nothing yet, and says how that changes. */
export function EmptyState({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

/** Says what could not be done. */
export function Problem({ text }: { readonly text: string | undefined }): JSX.Element | null {
  return text === undefined ? null : (
    <p class="problem" role="alert">
      {text}
    </p>
  );
}

export type Tone = 'good' | 'bad' | 'warn' | 'accent' | 'plain';

/** A short word with a colour that supports it. */
export function Badge({
  tone = 'plain',
  children,
}: {
  readonly tone?: Tone;
  readonly children: ComponentChildren;
}): JSX.Element {
  return <span class={`badge ${tone}`}>{children}</span>;
}

/** A part of a panel that can be folded. */
export function Section({
  title,
  open = true,
  children,
}: {
  readonly title: ComponentChildren;
  readonly open?: boolean;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <details class="section" open={open}>
      <summary>{title}</summary>
      <div class="section-body">{children}</div>
    </details>
  );
}
