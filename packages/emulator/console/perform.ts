import { refreshAll, tell } from './console-state.ts';
import { messageOf } from './emulator-api.ts';

/**
 * Does something, and says so or why not.
 *
 * @returns whether it was done
 */
export async function perform(work: () => Promise<unknown>, done: string): Promise<boolean> {
  try {
    await work();
    refreshAll();
    tell(done);
    return true;
  } catch (error) {
    tell(messageOf(error), 'bad');
    return false;
  }
}
