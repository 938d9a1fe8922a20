import type { FunctionLog } from './gateway-error.ts';

/** What a function instance is loaded with. */
export interface FunctionDeployment {
  readonly entryPath: string;
  readonly toolbeltDirectory?: string | undefined;
  /** Working directory of the process. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly logLimit: { readonly entries?: number | undefined; readonly characters?: number | undefined };
}

/** What a function is called with: `headers` and `payload` of the invocation's body. */
export interface FunctionInput {
  /** The body as it came, known to be a JSON object. As text it can be nested as deeply as it likes. */
  readonly bodyText: string;
}

/** How an invocation ended. */
export type Execution = { readonly logs: readonly FunctionLog[] } & (
  | {
      readonly kind: 'returned';
      /** JSON text of the result; undefined if the function returned nothing. */
      readonly body?: string | undefined;
    }
  | {
      readonly kind: 'threw' | 'crashed' | 'timed-out' | 'log-limit';
      readonly message: string;
      /** False if the function's file could not even be loaded. */
      readonly ran: boolean;
    }
);

/** How an attempt at an invocation ended: perhaps the process died before it took the request, which may then go to another. */
export type ExecutionAttempt = Execution | { readonly kind: 'not-taken'; readonly message: string };
