import { ConfigurationError } from '@lp-functions/errors';

/** Where the items of a bulk come from. */
export interface BulkSource<I> {
  /** Asks for the next one. A list answers at once, without a promise. */
  next(): IteratorResult<I, unknown> | Promise<IteratorResult<I, unknown>>;
  /** Says that no more are wanted. Never rejects, and waits for nothing. */
  stop(): void;
}

/**
 * Opens what can be iterated.
 *
 * @throws {@link ConfigurationError} INVALID_OPTION if it cannot.
 */
export function openSource<I>(items: Iterable<I> | AsyncIterable<I>): BulkSource<I> {
  const iterator = iteratorOf(items);
  return {
    next: () => iterator.next(),
    stop() {
      try {
        Promise.resolve(iterator.return?.()).catch(() => {});
      } catch {
        // It is not wanted any more, whatever it says.
      }
    },
  };
}

function iteratorOf<I>(items: Iterable<I> | AsyncIterable<I>): Iterator<I, unknown> | AsyncIterator<I, unknown> {
  const { [Symbol.asyncIterator]: asynchronous, [Symbol.iterator]: synchronous } = Object(items) as Partial<
    AsyncIterable<I> & Iterable<I>
  >;
  if (typeof asynchronous === 'function') return asynchronous.call(items);
  if (typeof synchronous === 'function') return synchronous.call(items);
  throw new ConfigurationError('items must be something to iterate: a list, a generator, a stream', {
    code: 'INVALID_OPTION',
    option: 'items',
  });
}
