import { readlinkSync } from 'node:fs';
import { stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { SentinelOAuthError } from '@lp-functions/errors';
import { parseJsonObject, systemClock as clock } from '@lp-functions/http';
import type { PrivateFolder } from './private-folder.ts';
import type { Lease } from './token-store.ts';

// Leases are compared with the times of files, so the clock is the machine's own.

/** Times of leases. */
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

/**
 * How leases work: each owner of a key makes a file with the next higher number, exclusively, so that exactly one of those
 * who try at once succeeds. The owner with the highest number is the owner; the number is the fence. Its file's
 * modification time says when the lease was last renewed, and is set to zero when it is given back. The highest is never
 * deleted, so that numbers never repeat. Nobody ever removes another's lock to take its place, which is where locks of
 * this kind go wrong.
 */
const PATTERN = /^([0-9a-f]{64})\.lock-(\d+)$/;
const POLL_MS = 15;

/** The highest fence that has been given out for a key; 0 if none has. */
export function highestFence(names: readonly string[], id: string): bigint {
  return names.reduce((highest, name) => {
    const [, owner, number = '0'] = PATTERN.exec(name) ?? [];
    return owner === id && BigInt(number) > highest ? BigInt(number) : highest;
  }, 0n);
}

/**
 * Waits until a key is free, and takes it.
 *
 * @throws {@link SentinelOAuthError} STORE_FAILED if it does not become free in time.
 */
export async function takeLease(folder: PrivateFolder, id: string, times: LeaseTimes): Promise<HeldLease> {
  const untilMs = clock.monotonicNow() + times.waitMs;
  for (;;) {
    const names = await folder.list();
    const highest = highestFence(names, id);
    if (highest === 0n || (await isFree(folder, lockName(id, highest), times))) {
      const fence = highest + 1n;
      const made = await folder.create(lockName(id, fence), JSON.stringify({ pid: process.pid, machine: MACHINE }));
      if (made) {
        const now = await folder.list();
        if (highestFence(now, id) === fence) {
          await sweep(folder, now, id, fence);
          return hold(folder, id, fence, times);
        }
        // Others were faster by more than one turn, and had already cleared this number away.
        await folder.remove(lockName(id, fence));
      }
    }
    if (clock.monotonicNow() >= untilMs) throw busy(times.waitMs);
    // Not in step with the others who wait.
    await clock.sleep(POLL_MS * (1 + Math.random()));
  }
}

/** Keeps a lease alive, until it is given back, or is found to be lost. */
function hold(folder: PrivateFolder, id: string, fence: bigint, { leaseMs }: LeaseTimes): HeldLease {
  const lost = new AbortController();
  const path = folder.path(lockName(id, fence));
  let renewedAtMs = clock.monotonicNow();
  let released = false;
  let renewing: Promise<void> = Promise.resolve();

  async function renew(): Promise<void> {
    if (released || lost.signal.aborted) return;
    const nowMs = clock.monotonicNow();
    // Paused for too long: somebody else may hold it by now, so it must not come back to life.
    if (nowMs - renewedAtMs >= leaseMs || highestFence(await folder.list(), id) !== fence) throw lockLost();
    await setTime(path, clock.now());
    renewedAtMs = nowMs;
  }

  const heart = setInterval(() => {
    renewing = renewing.then(renew).catch((error: unknown) => {
      clearInterval(heart);
      lost.abort(error);
    });
  }, leaseMs / 4);
  heart.unref();
  return {
    signal: lost.signal,
    fence,
    async release() {
      released = true;
      clearInterval(heart);
      await renewing;
      // A lease that was lost has been cleared away by its next owner.
      await setTime(path, 0).catch(() => undefined);
    },
  };
}

async function isFree(folder: PrivateFolder, name: string, { leaseMs }: LeaseTimes): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(folder.path(name));
    if (mtimeMs === 0 || Math.abs(clock.now() - mtimeMs) >= leaseMs) return true;
    return isDead(await folder.read(name));
  } catch (error) {
    // It was cleared away since it was listed: there is a higher one.
    if ((error as { readonly code?: unknown }).code === 'ENOENT') return false;
    throw error;
  }
}

/** True if the owner was a process of this machine that is no more: its lease need not be waited for. */
function isDead(text: string | undefined): boolean {
  const { pid, machine } = parseJsonObject(text ?? '') ?? {};
  if (machine !== MACHINE || typeof pid !== 'number') return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as { readonly code?: unknown }).code === 'ESRCH';
  }
}

/** Where a process number means the same process: containers that share a folder have numbers of their own. */
const MACHINE = [hostname(), namespace()].join(' ');

function namespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** Clears away what earlier owners have left. */
async function sweep(folder: PrivateFolder, names: readonly string[], id: string, fence: bigint): Promise<void> {
  for (const name of names) {
    const [, owner, number = '0'] = PATTERN.exec(name) ?? [];
    if (owner === id && BigInt(number) < fence) await folder.remove(name);
  }
}

function lockName(id: string, fence: bigint): string {
  return `${id}.lock-${String(fence)}`;
}

function setTime(path: string, epochMs: number): Promise<void> {
  return utimes(path, epochMs / 1000, epochMs / 1000);
}

/** The error of an owner whose lease has gone to another. */
export function lockLost(): SentinelOAuthError {
  return new SentinelOAuthError('the token store has a newer owner of this key', {
    code: 'LOCK_LOST',
    fault: 'caller',
    retryable: true,
  });
}

function busy(waitMs: number): SentinelOAuthError {
  return new SentinelOAuthError(`another process holds the lock of these tokens for more than ${String(waitMs)} ms`, {
    code: 'STORE_FAILED',
    fault: 'caller',
    retryable: true,
    hint: 'Look at what holds it: its process number is in the lock file.',
  });
}
