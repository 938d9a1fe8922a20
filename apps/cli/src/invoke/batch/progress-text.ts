/** How far a batch has come. */
export interface ProgressCounts {
  /** Lines with an outcome, over all runs of the batch. */
  readonly done: number;
  readonly failed: number;
  /** Lines with an outcome of this run. */
  readonly doneNow: number;
  /** Lines in all, if that is known. */
  readonly total: number | undefined;
  /** Since this run began. */
  readonly elapsedMs: number;
}

/** Before this time a rate says nothing. */
const MIN_ELAPSED_MS = 1_000;

/** `4,512 of 10,000 · 812/s · 3 failed · 7 s left`. */
export function progressText({ done, failed, doneNow, total, elapsedMs }: ProgressCounts): string {
  const perSecond = elapsedMs < MIN_ELAPSED_MS ? undefined : (doneNow * 1_000) / elapsedMs;
  const parts = [
    total === undefined ? `${numberText(done)} done` : `${numberText(done)} of ${numberText(total)}`,
    ...(perSecond === undefined ? [] : [rateText(perSecond)]),
    ...(failed === 0 ? [] : [`${numberText(failed)} failed`]),
    ...(perSecond === undefined || perSecond === 0 || total === undefined || done >= total
      ? []
      : [`${secondsText((total - done) / perSecond)} left`]),
  ];
  return parts.join(' · ');
}

/** `812/s`, `0.4/s`. */
export function rateText(perSecond: number): string {
  return `${perSecond < 10 ? perSecond.toFixed(1) : numberText(Math.round(perSecond))}/s`;
}

/** `7 s`, `3 min 20 s`, `2 h 5 min`. */
export function secondsText(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  if (hours > 0) return `${numberText(hours)} h${minutes === 0 ? '' : ` ${String(minutes)} min`}`;
  if (minutes > 0) return `${String(minutes)} min${rest === 0 ? '' : ` ${String(rest)} s`}`;
  return `${String(rest)} s`;
}

/** `12,345`, whatever the machine's language is: the rest of the text is English, too. */
export function numberText(number: number): string {
  return number.toLocaleString('en-US');
}
