import { startWorker, type WorkerProcess } from '../worker-process.ts';

/** Asks the emulator's process nothing but to be there. */
export type EmulatorQuestion = object;

/** Where the emulator listens, what can be called on it, and the CPU that its own process has used. */
export interface EmulatorAnswer {
  readonly url: string;
  readonly accountId: string;
  readonly uuid: string;
  readonly token: string;
  readonly cpuMs: number;
}

/** Starts an emulator in a process of its own. */
export function startEmulatorProcess(): WorkerProcess<EmulatorQuestion, EmulatorAnswer> {
  return startWorker('emulator-main.js', []);
}
