import { isFaaSDetailedError, type FaaSError } from '@lp-functions/errors';
import { EXIT, exitCodeOf } from '../../terminal/exit-code.ts';

/** So many lines in a row that could not be sent say that the next one cannot either. */
const MAX_UNSENT_IN_ROW = 50;

/** Judges failures: those of a line, and those that would be every line's. */
export interface FailureJudge {
  succeeded(): void;
  /**
   * @returns `line`: what came of this one line. `batch`: no line can be sent, and this one was not. `last`: the line's, and no further one
   *   should be tried.
   */
  failed(error: FaaSError): 'line' | 'batch' | 'last';
}

/**
 * What keeps every call from being made (settings, hosts, token) is no line's fault and ends the batch, so that a wrong secret does not use
 * up a hundred thousand lines. So does a refusal of the function itself, as long as nothing has succeeded: later it may be for what a line
 * holds. And so do many calls in a row that could not be sent.
 */
export function createFailureJudge(): FailureJudge {
  let anySucceeded = false;
  let unsentInRow = 0;
  return {
    succeeded() {
      anySucceeded = true;
      unsentInRow = 0;
    },
    failed(error) {
      if (error.executed !== 'no') {
        unsentInRow = 0;
        return 'line';
      }
      if (isEverybodys(error) || (!anySucceeded && isOfTheFunction(error))) return 'batch';
      unsentInRow += 1;
      return unsentInRow >= MAX_UNSENT_IN_ROW ? 'last' : 'line';
    },
  };
}

const BEFORE_EVERY_CALL: readonly number[] = [EXIT.configuration, EXIT.authentication, EXIT.discovery];

function isEverybodys(error: FaaSError): boolean {
  return BEFORE_EVERY_CALL.includes(exitCodeOf(error));
}

function isOfTheFunction(error: FaaSError): boolean {
  return isFaaSDetailedError(error) && (error.code === 'NOT_FOUND' || error.code === 'FORBIDDEN');
}
