import { useEffect, useRef, useState } from 'preact/hooks';
import type { ConsoleArea } from '../src/console/feed-messages.ts';
import { areaVersions } from './console-state.ts';
import { ask, messageOf } from './emulator-api.ts';

/** What was asked for, kept up to date. */
export interface Fetched<T> {
  /** Undefined until the first answer; the last one while a newer is on its way. */
  readonly value: T | undefined;
  readonly problem: string | undefined;
}

/**
 * Asks the scripting interface, and again whenever something of the area has changed. One question at a time: news that come meanwhile are one more.
 *
 * @param path - undefined: nothing is asked
 */
export function useArea<T>(area: ConsoleArea, path: string | undefined): Fetched<T> {
  const [state, setState] = useState<{ path?: string | undefined; value?: T; problem?: string }>({});
  const [again, setAgain] = useState(0);
  const asking = useRef(false);
  const stale = useRef(false);
  const version = areaVersions[area].value;

  useEffect(() => {
    if (path === undefined) return undefined;
    const gone = new AbortController();
    const load = async (): Promise<void> => {
      if (asking.current) {
        stale.current = true;
        return;
      }
      asking.current = true;
      try {
        const value = await ask<T>('GET', path, undefined, gone.signal);
        if (!gone.signal.aborted) setState({ path, value });
      } catch (error) {
        if (!gone.signal.aborted) setState((last) => ({ ...last, path, problem: messageOf(error) }));
      } finally {
        asking.current = false;
        if (stale.current) {
          stale.current = false;
          setAgain((count) => count + 1);
        }
      }
    };
    void load();
    return () => gone.abort();
  }, [path, version, again]);

  const isCurrent = state.path === path;
  return { value: isCurrent ? state.value : undefined, problem: isCurrent ? state.problem : undefined };
}
