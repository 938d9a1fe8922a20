import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ExecutionAttempt, FunctionDeployment, FunctionInput } from './function-execution.ts';
import type { FunctionLog } from './gateway-error.ts';
import type { ProcessGuardian } from './process-guardian.ts';
import type { MemoryWatch } from './resident-memory.ts';

/** A process that holds one function and runs one request at a time. */
export interface FunctionInstance {
  /** Whether it can still take a request. */
  readonly alive: boolean;
  load(deployment: FunctionDeployment): void;
  /**
   * Runs one request.
   *
   * @param limitMs - time after which the process is killed, counted from here or from when the function's code began to run
   */
  run(input: FunctionInput, limitMs: number): Promise<ExecutionAttempt>;
  kill(): void;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
}

type InstanceMessage =
  | { readonly type: 'evaluating' }
  | { readonly type: 'result'; readonly id: number; readonly body?: string }
  | {
      readonly type: 'failed';
      readonly id?: number;
      readonly kind: 'threw' | 'crashed' | 'not-loaded' | 'log-limit';
      readonly message: string;
      readonly reusable: boolean;
    }
  | ({ readonly type: 'log'; readonly id?: number } & FunctionLog);

interface Running {
  readonly id: number;
  readonly logs: FunctionLog[];
  readonly settle: (attempt: ExecutionAttempt) => void;
}

/** What a Node process holds before it runs anything, beside the heap that `--max-old-space-size` limits. */
const PROCESS_OVERHEAD_MB = 96;
/** How long a process may take to start, before the function's own time begins. */
const BOOT_MS = 15_000;
/** How long messages of a process that is gone may still come in. */
const DRAIN_MS = 250;
const STDERR_KEPT = 4_000;
/** What a function may see of the emulator's own environment. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LANG', 'TZ', 'NODE_EXTRA_CA_CERTS'];

/** Starts a process, with no function in it yet. */
export function startFunctionInstance(options: {
  readonly memoryMb: number;
  readonly workingDirectory: string;
  readonly guardian: ProcessGuardian;
  readonly memoryWatch: MemoryWatch;
}): FunctionInstance {
  const script = fileURLToPath(new URL('../runtime/instance.mjs', import.meta.url));
  const environment = Object.fromEntries(
    PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  const child = spawn(process.execPath, [`--max-old-space-size=${String(options.memoryMb)}`, script], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    cwd: options.workingDirectory,
    env: environment,
    // A process group of its own: what the function starts dies with it, and a Ctrl-C in the terminal is the emulator's affair.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const { pid } = child;
  let alive = pid !== undefined;
  let running: Running | undefined;
  let nextId = 1;
  let stderr = '';
  let gone = false;
  let evaluating = false;
  let onEvaluating = (): void => undefined;
  let killedFor: { readonly kind: 'timed-out' | 'crashed'; readonly message: string } | undefined;
  if (pid !== undefined) options.guardian.add(pid);

  const killGroup = (): void => {
    if (pid === undefined) return;
    try {
      process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
  };
  const kill = (): void => {
    if (!alive) return;
    alive = false;
    killGroup();
  };
  const settle = (outcome: (logs: readonly FunctionLog[]) => ExecutionAttempt): void => {
    const settled = running;
    running = undefined;
    settled?.settle(outcome(settled.logs));
  };
  const killFor = (reason: NonNullable<typeof killedFor>): void => {
    killedFor = reason;
    kill();
  };

  child.on('message', (message: InstanceMessage) => {
    switch (message.type) {
      case 'evaluating':
        evaluating = true;
        onEvaluating();
        break;
      case 'log': {
        const { level, message: text, extras, timestamp } = message;
        // Lines without an id were written while the file was loaded, or by what an earlier request left behind.
        if (message.id === undefined || message.id === running?.id) {
          running?.logs.push({ level, message: text, extras, timestamp });
        }
        break;
      }
      case 'result':
        if (message.id === running?.id) settle((logs) => ({ kind: 'returned', body: message.body, logs }));
        break;
      case 'failed': {
        if (message.id !== undefined && message.id !== running?.id) break;
        const { kind, message: text } = message;
        // What threw can be called again; after anything else the process is not to be trusted.
        if (!message.reusable) kill();
        // A crash between two requests has no id, and then a request that is on its way will not be taken.
        if (message.id === undefined) settle(() => ({ kind: 'not-taken', message: text }));
        else
          settle((logs) => ({
            kind: kind === 'not-loaded' ? 'crashed' : kind,
            message: text,
            ran: kind !== 'not-loaded',
            logs,
          }));
        break;
      }
    }
  });
  child.stdout?.on('data', (chunk: Buffer) => {
    for (const line of String(chunk).split('\n')) {
      if (line !== '') running?.logs.push({ level: 'Info', message: line, extras: [], timestamp: Date.now() });
    }
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = `${stderr}${String(chunk)}`.slice(-STDERR_KEPT);
  });

  const ended = new Promise<void>((resolve) => {
    const finish = (code: number | null, signal: NodeJS.Signals | null): void => {
      alive = false;
      gone = true;
      killGroup();
      if (pid !== undefined) options.guardian.remove(pid);
      const outOfMemory = stderr.includes('heap out of memory');
      settle((logs) => ({
        ...(killedFor ?? { kind: 'crashed', message: exitMessage(code, signal, outOfMemory, options.memoryMb) }),
        ran: true,
        logs,
      }));
      resolve();
    };
    child.once('error', () => {
      if (pid === undefined) finish(null, null);
    });
    child.once('exit', (code, signal) => {
      alive = false;
      if (!child.connected) {
        finish(code, signal);
        return;
      }
      // What it said last may still be in the channel.
      const timer = setTimeout(() => {
        finish(code, signal);
      }, DRAIN_MS);
      child.once('disconnect', () => {
        clearTimeout(timer);
        finish(code, signal);
      });
    });
  });

  return {
    get alive() {
      return alive && child.connected;
    },
    ended,
    kill,
    load: (deployment) => {
      const { entryPath, toolbeltDirectory, directory, environment: variables, logLimit } = deployment;
      child.send(
        { type: 'load', entryPath, toolbeltDirectory, directory, environment: variables, logLimit },
        () => undefined,
      );
    },
    run: async (input, limitMs) => {
      if (gone) return { kind: 'not-taken', message: 'The process ended before it took the request.' };
      const id = nextId++;
      const limit = (ms: number): NodeJS.Timeout =>
        setTimeout(() => {
          // A result that has come already, while this thread was busy, counts.
          setImmediate(() => {
            const message = `The function did not finish within ${String(limitMs)} ms.`;
            if (running?.id === id) killFor({ kind: 'timed-out', message });
          });
        }, ms);
      let timer = limit(evaluating ? limitMs : BOOT_MS + limitMs);
      onEvaluating = () => {
        clearTimeout(timer);
        timer = limit(limitMs);
      };
      const unwatch =
        pid === undefined
          ? undefined
          : options.memoryWatch.watch(pid, options.memoryMb + PROCESS_OVERHEAD_MB, () => {
              killFor({ kind: 'crashed', message: memoryMessage(options.memoryMb) });
            });
      try {
        return await new Promise<ExecutionAttempt>((resolve) => {
          running = { id, logs: [], settle: resolve };
          child.send({ type: 'invoke', id, bodyText: input.bodyText }, () => undefined);
        });
      } finally {
        clearTimeout(timer);
        unwatch?.();
      }
    },
  };
}

function exitMessage(
  code: number | null,
  signal: NodeJS.Signals | null,
  outOfMemory: boolean,
  memoryMb: number,
): string {
  if (outOfMemory) return memoryMessage(memoryMb);
  if (signal !== null) return `The function's process was ended by ${signal}.`;
  return `The function ended its own process with exit code ${String(code)}.`;
}

function memoryMessage(memoryMb: number): string {
  return `The function used more than ${String(memoryMb)} MB of memory.`;
}
