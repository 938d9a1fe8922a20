import { errorObject } from '../terminal/error-text.ts';
import { exitCodeOf, type ExitCode } from '../terminal/exit-code.ts';

/** Stages of a call, in the order in which it goes through them. */
export const STAGES = [
  'configuration',
  'discovery',
  'dns',
  'tls',
  'clock',
  'token',
  'login',
  'permission',
  'gateway',
  'function',
] as const;

/** One of {@link STAGES}. */
export type Stage = (typeof STAGES)[number];

/** What became of a stage. */
export interface CheckResult {
  readonly stage: Stage;
  /** `warning`: it works, but look at it. `skipped`: it was not tried, and `saw` says why. */
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  /** What was done. */
  readonly tried: string;
  /** What came of it. */
  readonly saw: string;
  /** What to do about it. */
  readonly advice?: string | undefined;
  /** Of a stage that failed: what a command that fails there exits with. */
  readonly exitCode?: ExitCode | undefined;
  /** The error behind a failure, as `--json` shows errors. */
  readonly error?: Readonly<Record<string, unknown>> | undefined;
}

/** A stage that works. */
export function passed(stage: Stage, tried: string, saw: string): CheckResult {
  return { stage, status: 'ok', tried, saw };
}

/** A stage that was not tried. */
export function skipped(stage: Stage, tried: string, why: string): CheckResult {
  return { stage, status: 'skipped', tried, saw: why };
}

/** A stage that works, but should be looked at. */
export function doubtful(stage: Stage, tried: string, saw: string, advice: string): CheckResult {
  return { stage, status: 'warning', tried, saw, advice };
}

/** A stage that fails, found by doctor's own judgement. */
export function failed(stage: Stage, tried: string, saw: string, advice: string, exitCode: ExitCode): CheckResult {
  return { stage, status: 'failed', tried, saw, advice, exitCode };
}

/**
 * A stage that fails with an error of a library.
 *
 * @param told - what doctor knows better than the error.
 */
export function failedWith(
  stage: Stage,
  tried: string,
  error: unknown,
  told: { readonly saw?: string | undefined; readonly advice?: string | undefined; readonly exitCode?: ExitCode } = {},
): CheckResult {
  const { message, hint } = errorObject(error) as { readonly message: string; readonly hint?: string };
  return {
    stage,
    status: 'failed',
    tried,
    saw: told.saw ?? message,
    advice: told.advice ?? hint,
    exitCode: told.exitCode ?? exitCodeOf(error),
    error: errorObject(error),
  };
}
