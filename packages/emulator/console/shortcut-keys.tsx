import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { goTo, route, VIEWS } from './location-route.ts';
import { isTyping, pressViewKey } from './view-keys.ts';

/** How long after `g` the second key is waited for. */
const SEQUENCE_MS = 1_500;

/** Keys that work everywhere, and the list of them, which `?` opens. */
export function ShortcutKeys(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    let wentAt = -Infinity;
    const onKey = (event: KeyboardEvent): void => {
      // While the list of keys is open, they are its own.
      if (event.ctrlKey || event.metaKey || event.altKey || dialog.current?.open === true) return;
      if (event.key === 'Escape') {
        if (isTyping(event.target)) (event.target as HTMLElement).blur();
        else if (route.value.item !== undefined) goTo(route.value.view);
        return;
      }
      if (isTyping(event.target)) return;
      const view = VIEWS.find(({ key }) => key === event.key);
      if (event.timeStamp - wentAt < SEQUENCE_MS && view !== undefined) goTo(view.name);
      else if (event.key === '?') dialog.current?.showModal();
      else if (pressViewKey(event.key)) event.preventDefault();
      wentAt = event.key === 'g' ? event.timeStamp : -Infinity;
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <dialog ref={dialog} class="shortcuts" aria-labelledby="shortcuts-title">
      <h2 id="shortcuts-title">Keys</h2>
      <dl>
        {VIEWS.map(({ name, title, key }) => (
          <div key={name}>
            <dt>{title}</dt>
            <dd>
              <kbd>g</kbd> <kbd>{key}</kbd>
            </dd>
          </div>
        ))}
        <div>
          <dt>Filter the traffic</dt>
          <dd>
            <kbd>/</kbd>
          </dd>
        </div>
        <div>
          <dt>Next and previous request</dt>
          <dd>
            <kbd>j</kbd> <kbd>k</kbd>
          </dd>
        </div>
        <div>
          <dt>Invoke</dt>
          <dd>
            <kbd>Ctrl</kbd> <kbd>Enter</kbd>
          </dd>
        </div>
        <div>
          <dt>Close</dt>
          <dd>
            <kbd>Esc</kbd>
          </dd>
        </div>
      </dl>
      <form method="dialog">
        <button class="button">Close</button>
      </form>
    </dialog>
  );
}
