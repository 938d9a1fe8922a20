/** Ends on SIGINT or SIGTERM, as a call's signal. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Gives the signals back to Node. */
  dispose(): void;
}

/** A person, or the system, ended the command. */
export class InterruptedError extends Error {
  readonly code = 'INTERRUPTED';

  constructor() {
    super('interrupted');
    this.name = 'InterruptedError';
  }
}

/** Lets the first SIGINT or SIGTERM end what is under way in good order; a second one ends the process. */
export function listenForInterrupt(): Interrupt {
  const controller = new AbortController();
  const interrupt = (): void => {
    dispose();
    controller.abort(new InterruptedError());
  };
  const dispose = (): void => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return { signal: controller.signal, dispose };
}
