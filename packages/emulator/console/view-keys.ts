import { useEffect, useRef } from 'preact/hooks';

/** What single keys do in the view that is open. Keys that lead elsewhere go before: see `ShortcutKeys`, which calls these. */
const actions = new Map<string, () => void>();

/** Gives keys a meaning while a view is open. */
export function useViewKeys(keys: Readonly<Record<string, () => void>>): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const own = Object.keys(keys);
    for (const key of own) actions.set(key, () => latest.current[key]?.());
    return () => {
      for (const key of own) actions.delete(key);
    };
  }, []);
}

/** Does what a key means in the view that is open. Returns whether it means anything there. */
export function pressViewKey(key: string): boolean {
  const action = actions.get(key);
  action?.();
  return action !== undefined;
}

/** Whether keys are meant for a field. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}
