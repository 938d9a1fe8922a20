import { systemClock as clock } from '@lp-functions/http';
import type { RedisAccess } from '@lp-functions/redis-access';
import type { Lease } from '@lp-functions/sentinel-oauth';
import { lockBusy, lockLost } from './store-failure.ts';
import { RELEASE, RENEW, TAKE } from './store-scripts.ts';

/** Times of leases, in milliseconds. */
export interface LeaseTimes {
  /** A lease that was not renewed for so long is over. */
  readonly leaseMs: number;
  /** How long to wait for one. */
  readonly waitMs: number;
}

/** A lease that is held. */
export interface HeldLease extends Lease {
  release(): Promise<void>;
}

const FIRST_POLL_MS = 10;
const LONGEST_POLL_MS = 200;

/**
 * Waits until a key is free, and takes it.
 *
 * @param redis - where the lock is.
 * @param keys - tokens, lock, fence.
 * @throws {@link SentinelOAuthError} STORE_FAILED at once if Redis does not answer, later if the lock does not become free.
 */
export async function takeLease(redis: RedisAccess, keys: readonly string[], times: LeaseTimes): Promise<HeldLease> {
  const untilMs = clock.monotonicNow() + times.waitMs;
  for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(pollMs * 1.5, LONGEST_POLL_MS)) {
    const askedAtMs = clock.monotonicNow();
    const [fence, leftMs] = (await redis.run(TAKE, keys, [String(times.leaseMs)])) as [unknown, unknown];
    if (fence !== '') return hold(redis, keys, BigInt(String(fence)), askedAtMs, times);
    if (clock.monotonicNow() >= untilMs) throw lockBusy(times.waitMs);
    // Not in step with the others who wait; and not past the end of a lease that nobody renews.
    await clock.sleep(Math.max(1, Math.min(pollMs * (0.5 + Math.random()), Number(leftMs))));
  }
}

/** Keeps a lease alive, until it is given back, or is found to be lost. */
function hold(
  redis: RedisAccess,
  keys: readonly string[],
  fence: bigint,
  takenAtMs: number,
  { leaseMs }: LeaseTimes,
): HeldLease {
  const lost = new AbortController();
  const owner = String(fence);
  // From before it was asked for: in Redis it ends a little later than here, never sooner.
  let renewedAtMs = takenAtMs;
  let released = false;
  let renewing: Promise<void> | undefined;

  function lose(): void {
    clearInterval(heart);
    lost.abort(lockLost());
  }

  async function renew(): Promise<void> {
    const askedAtMs = clock.monotonicNow();
    // Paused for too long: somebody else may hold it by now, so it must not come back to life.
    if (askedAtMs - renewedAtMs >= leaseMs) {
      lose();
      return;
    }
    try {
      if ((await redis.run(RENEW, keys, [owner, String(leaseMs)])) === 1) renewedAtMs = askedAtMs;
      else if (!released) lose();
    } catch {
      // Redis may be back before the lease is over.
    }
  }

  const heart = setInterval(() => {
    // One that hangs is not followed by another, but its time goes on.
    if (renewing !== undefined && clock.monotonicNow() - renewedAtMs >= leaseMs) lose();
    renewing ??= renew().finally(() => (renewing = undefined));
  }, leaseMs / 4);
  heart.unref();
  return {
    signal: lost.signal,
    fence,
    async release() {
      released = true;
      clearInterval(heart);
      await renewing;
      // One that cannot be given back runs out.
      await redis.run(RELEASE, keys, [owner]).catch(() => undefined);
    },
  };
}
