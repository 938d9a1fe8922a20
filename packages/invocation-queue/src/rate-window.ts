/** So many starts within a window. Redis counts them in whole windows. */
export interface RateWindow {
  readonly max: number;
  readonly durationMs: number;
}

/** Ten windows a second: the queue does not stand still for most of a second after a burst. */
const WINDOWS_PER_SECOND = 10;

/**
 * The windows that make a rate.
 *
 * @param perSecond - above 0; fractions are fine: 0.5 is one every two seconds.
 */
export function rateWindow(perSecond: number): RateWindow {
  const max = Math.max(1, Math.floor(perSecond / WINDOWS_PER_SECOND));
  return { max, durationMs: Math.max(1, Math.ceil((max / perSecond) * 1_000)) };
}

/** The rate that windows make. */
export function rateOf({ max, durationMs }: RateWindow): number {
  return (max / durationMs) * 1_000;
}

/**
 * The rate that was asked for, if these are the windows that it makes; else the one that they make.
 *
 * @param asked - as it was kept beside the windows. They may have been set by something else since.
 */
export function askedRate(window: RateWindow, asked: number): number {
  if (!(asked > 0)) return rateOf(window);
  const { max, durationMs } = rateWindow(asked);
  return max === window.max && durationMs === window.durationMs ? asked : rateOf(window);
}
