import { startWorker, type WorkerProcess } from '../worker-process.ts';

/** One kind of request, and how many of it. */
export interface LoadQuestion {
  readonly origin: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly requests: number;
  readonly concurrency: number;
}

/** How long they took, all together. */
export interface LoadAnswer {
  readonly seconds: number;
}

/** Starts a caller in a process of its own. */
export function startLoadProcess(): WorkerProcess<LoadQuestion, LoadAnswer> {
  return startWorker('load-main.js', []);
}
