import type { Clock } from '@lp-functions/http';

/**
 * Gathers what a source has ready, some at a time. A source that is slow is not waited for: what it gave so far comes as a
 * smaller chunk. So does what a source gave before it failed; its failure is thrown after that.
 *
 * @param items - taken one by one, and only while chunks are being fetched.
 * @param size - of a chunk at most.
 * @param lingerMs - how long to wait for the next item while there are some, in milliseconds.
 * @param clock - on which to wait.
 */
export async function* chunksOf<T>(
  items: Iterable<T> | AsyncIterable<T>,
  size: number,
  lingerMs: number,
  clock: Clock,
): AsyncGenerator<readonly T[], void> {
  // Only such a source can keep anybody waiting.
  const canBeLate = Symbol.asyncIterator in items;
  const source = canBeLate ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let chunk: T[] = [];
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  try {
    while (!ended) {
      const next = stepOf(source);
      if (canBeLate && chunk.length > 0 && (await isLate(next, lingerMs, clock))) {
        yield chunk;
        chunk = [];
      }
      try {
        const step = await next;
        if (step.done === true) ended = true;
        else chunk.push(step.value);
      } catch (error) {
        // A source that has thrown is at its end, by the rules of iteration.
        ended = true;
        failure = { error };
      }
      if (chunk.length >= size || (ended && chunk.length > 0)) {
        yield chunk;
        chunk = [];
      }
    }
  } finally {
    // Left early: the source may have something to close.
    if (!ended) await source.return?.();
  }
  if (failure !== undefined) throw failure.error;
}

/** A source that is not asynchronous throws at once. */
async function stepOf<T>(source: Iterator<T> | AsyncIterator<T>): Promise<IteratorResult<T>> {
  return source.next();
}

async function isLate(next: Promise<unknown>, lingerMs: number, clock: Clock): Promise<boolean> {
  const waiting = new AbortController();
  const late = clock.sleep(lingerMs, waiting.signal).then(
    () => true,
    () => false,
  );
  // Whether it is there or has failed: either is for whoever awaits it.
  const here = next.then(
    () => false,
    () => false,
  );
  try {
    return await Promise.race([here, late]);
  } finally {
    waiting.abort();
  }
}
