/** How far a line has come. */
export type LineState = 'pending' | 'started' | 'ok' | 'failed' | 'unknown';

const STATES: readonly LineState[] = ['pending', 'started', 'ok', 'failed', 'unknown'];
const FIRST_SIZE = 65_536;

/** The state of every line, at one byte each: ten million lines take ten megabytes. */
export interface LineStates {
  get(line: number): LineState;
  set(line: number, state: LineState): void;
  /** Lines in a state, in order. */
  all(state: LineState): Generator<number>;
}

/** Every line is `pending` at first. */
export function createLineStates(): LineStates {
  let states = new Uint8Array(FIRST_SIZE);
  return {
    get: (line) => STATES[states[line] ?? 0] ?? 'pending',
    set(line, state) {
      if (line >= states.length) {
        const larger = new Uint8Array(Math.max(states.length * 2, line + 1));
        larger.set(states);
        states = larger;
      }
      states[line] = STATES.indexOf(state);
    },
    *all(state) {
      const wanted = STATES.indexOf(state);
      for (let line = states.indexOf(wanted, 1); line >= 0; line = states.indexOf(wanted, line + 1)) yield line;
    },
  };
}
