import { useState } from 'preact/hooks';

/** A value that was asked to change. */
export interface Pending<T> {
  /** What was asked for until it is so, and what is so otherwise: a switch does not jump back while the answer is on its way. */
  readonly value: T;
  /** Asks for another value, and takes it back if that fails. */
  change(wanted: T, work: () => Promise<boolean>): void;
}

/** Shows a change before it is confirmed. */
export function usePending<T>(actual: T): Pending<T> {
  const [wanted, setWanted] = useState<{ readonly value: T } | undefined>(undefined);
  const isSo = wanted === undefined || JSON.stringify(wanted.value) === JSON.stringify(actual);
  return {
    value: isSo ? actual : wanted.value,
    change: (value, work) => {
      setWanted({ value });
      void work().then((done) => {
        if (!done) setWanted((last) => (last?.value === value ? undefined : last));
      });
    },
  };
}
