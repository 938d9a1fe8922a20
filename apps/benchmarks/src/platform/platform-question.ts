import { startWorker, type WorkerProcess } from '../worker-process.ts';
import type { RequestCounts } from './platform-server.ts';

/** Asks the server's process what has arrived, and, if wanted, resets it. */
export interface PlatformQuestion {
  readonly resetWithDelayMs?: number | undefined;
}

/** Where the server listens, and what has arrived since the last reset. */
export interface PlatformAnswer {
  readonly port: number;
  readonly counts: RequestCounts;
}

/** Starts the server in a process of its own. */
export function startPlatform(): WorkerProcess<PlatformQuestion, PlatformAnswer> {
  return startWorker('platform-main.js', []);
}
