import type { InvocationOptions, RetryOptions } from '@lp-functions/client';
import { type FunctionReference, functionReference } from '../functions/function-reference.ts';
import type { IdentityFlags } from '../settings/global-flags.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { readHeader } from './header-flag.ts';

/** Flags of `lpfn invoke`. */
export interface InvokeFlags extends IdentityFlags {
  readonly event?: string | undefined;
  readonly data?: string | undefined;
  readonly header?: readonly string[] | undefined;
  readonly skill?: string | undefined;
  readonly userId?: string | undefined;
  readonly eventSource?: string | undefined;
  readonly requestId?: string | undefined;
  /** Milliseconds. */
  readonly timeout?: number | undefined;
  /** Milliseconds. */
  readonly deadline?: number | undefined;
  readonly retries?: number | undefined;
  readonly retryWaitMs?: number | undefined;
  readonly idempotent?: boolean | undefined;
  readonly output?: 'json' | 'pretty' | 'raw' | undefined;
  readonly query?: string | undefined;
  readonly verbose?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  readonly curl?: boolean | undefined;
  readonly batch?: string | undefined;
  readonly format?: 'jsonl' | 'csv' | undefined;
  readonly out?: string | undefined;
  readonly concurrency?: number | undefined;
  readonly rate?: number | undefined;
  readonly resume?: boolean | undefined;
  readonly retryUnknown?: boolean | undefined;
  readonly retryFailed?: boolean | undefined;
}

/** What to invoke, as it stands on the command line. */
export type Wanted = { readonly eventId: string } | FunctionReference;

const SEE_HELP = 'See "lpfn invoke --help".';

/** Flags that have no meaning with each other. */
const EXCLUSIVE: readonly (readonly [keyof InvokeFlags, keyof InvokeFlags, string])[] = [
  ['json', 'output', '--json has a form of its own, so --output says nothing'],
  ['dryRun', 'curl', '--dry-run and --curl are two ways to show a call: take one'],
  ['batch', 'data', 'with --batch every line is a payload, so --data has no place'],
  ['batch', 'requestId', 'with --batch every line has a request id of its own'],
  ['batch', 'curl', '--curl shows one call, and --batch makes many; --dry-run shows the first of them'],
  ['batch', 'verbose', '--verbose watches one call, and --batch makes many'],
  ['batch', 'output', 'the outcomes of a batch have a form of their own; --out FILE.csv writes CSV'],
];

/** Flags that need another. */
const NEEDS: readonly (readonly [keyof InvokeFlags, keyof InvokeFlags, string])[] = [
  ['format', 'batch', '--format goes with --batch'],
  ['out', 'batch', '--out goes with --batch'],
  ['concurrency', 'batch', '--concurrency goes with --batch'],
  ['rate', 'batch', '--rate goes with --batch'],
  ['resume', 'batch', '--resume goes with --batch'],
  ['resume', 'out', '--resume needs --out, beside which the journal is kept'],
  ['retryUnknown', 'resume', '--retry-unknown goes with --resume'],
  ['retryFailed', 'resume', '--retry-failed goes with --resume'],
];

/**
 * Reads what to invoke, and checks that the flags fit together.
 *
 * @param which - what stands where a function's UUID or name does.
 * @throws UsageError
 */
export function readWanted(which: string | undefined, flags: InvokeFlags): Wanted {
  const { event } = flags;
  if (which !== undefined && event !== undefined) {
    throw new UsageError('call either a function or the listeners of an event (--event), not both', SEE_HELP);
  }
  if (which === undefined && event === undefined) {
    throw new UsageError('name the function to call: its UUID, its name, or --event ID', SEE_HELP);
  }
  const given = (flag: keyof InvokeFlags): boolean => flags[flag] !== undefined && flags[flag] !== false;
  const wrong =
    EXCLUSIVE.find(([one, other]) => given(one) && given(other)) ??
    NEEDS.find(([one, other]) => given(one) && !given(other));
  if (wrong !== undefined) throw new UsageError(wrong[2], SEE_HELP);
  if (given('batch') && given('json') && !given('out') && !given('dryRun')) {
    throw new UsageError('with --json stdout is one object: name a file for the outcomes with --out', SEE_HELP);
  }
  return event === undefined ? functionReference(which ?? '') : { eventId: event };
}

/** What the flags say of a call, in the words of the library. */
export function callOptions(flags: InvokeFlags): InvocationOptions {
  return {
    headers: flags.header?.map(readHeader),
    skillId: flags.skill,
    userId: flags.userId,
    eventSource: flags.eventSource,
    timeoutMs: flags.timeout,
    deadlineMs: flags.deadline,
    idempotent: flags.idempotent,
  };
}

/** What the flags say of repeats. */
export function retryOptions({ retries, retryWaitMs }: InvokeFlags): RetryOptions {
  // A duration of the policy is above 0; a millisecond is as good as none.
  const waitMs = retryWaitMs === undefined ? undefined : Math.max(1, retryWaitMs);
  return {
    maxRetries: retries,
    ...(waitMs === undefined ? {} : { serverErrorWaitsMs: [waitMs], throttledWaitMs: waitMs, networkWaitMs: waitMs }),
  };
}
