import type { Emulator } from '../emulator.ts';
import { CONSOLE_AREAS, type ConsoleArea } from './feed-messages.ts';

/** Finds out what has changed since it was last asked. */
export type AreaWatch = () => readonly ConsoleArea[];

/** What the state of an area is read from, beside the emulator's own methods. */
export interface AreaSources {
  /** Counts up with every change of the tokens, of which there may be too many to compare. */
  readonly tokenChanges: () => number;
}

/**
 * Starts comparing. Each area is boiled down to a text that differs when anything a page shows of it differs; folders of functions are looked at for
 * that, as they are with every call.
 */
export function watchAreas(emulator: Emulator, sources: AreaSources): AreaWatch {
  const states: Readonly<Record<ConsoleArea, () => unknown>> = {
    accounts: () => emulator.accounts.list().map(({ accountId, platform }) => [accountId, platform]),
    functions: () =>
      emulator.accounts
        .list()
        .flatMap(({ functions }) =>
          functions
            .list()
            .map(({ uuid, revision, invocations, problem, logs }) => [
              uuid,
              revision,
              invocations,
              problem,
              logs.length,
              logs.at(-1)?.timestamp,
            ]),
        ),
    apps: () => emulator.accounts.list().flatMap(({ apps }) => apps.list().map(({ clientId }) => clientId)),
    users: () =>
      emulator.accounts
        .list()
        .flatMap(({ users }) => users.list().map(({ userId, permissions }) => [userId, permissions])),
    tokens: () => sources.tokenChanges(),
    faults: () => emulator.faults.list().map(({ id, hits, enabled }) => [id, hits, enabled]),
    // Rounded: it is what it was as long as nobody moves it.
    clock: () => Math.round((emulator.clock.now() - Date.now()) / 100),
  };
  const known = new Map<ConsoleArea, string>();
  const look: AreaWatch = () =>
    CONSOLE_AREAS.filter((area) => {
      const state = JSON.stringify(states[area]());
      if (known.get(area) === state) return false;
      known.set(area, state);
      return true;
    });
  look();
  return look;
}
