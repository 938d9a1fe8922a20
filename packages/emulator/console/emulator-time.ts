import { effect, signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { areaVersions } from './console-state.ts';
import { ask } from './emulator-api.ts';
import type { ClockView } from './emulator-views.ts';

/** How far the emulator's clock is ahead of the browser's; undefined until it is known. */
export const clockOffsetMs = signal<number | undefined>(undefined);

/** Asks for the emulator's time now, and whenever its clock was moved. */
export function followClock(): void {
  effect(() => {
    if (areaVersions.clock.value >= 0) {
      ask<ClockView>('GET', '/clock').then(
        ({ nowMs }) => {
          clockOffsetMs.value = nowMs - Date.now();
        },
        () => undefined,
      );
    }
  });
}

const TICK_MS = 1_000;

/** The emulator's time, once a second. */
export function useEmulatorTime(): number {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return Date.now() + (clockOffsetMs.value ?? 0);
}
