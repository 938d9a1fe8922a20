import type { Execution, FunctionDeployment, FunctionInput } from './function-execution.ts';
import { startFunctionInstance, type FunctionInstance } from './function-instance.ts';
import type { ProcessGuardian } from './process-guardian.ts';
import type { PrivateDirectory } from './private-directory.ts';
import { createMemoryWatch } from './resident-memory.ts';

/** Runs functions in processes that stay warm between requests. Callers above the capacity wait in line. */
export interface InstancePool {
  /**
   * Runs one request.
   *
   * @param key - names function and revision; instances are shared by requests with the same key
   * @param ran - called with 1 when a process gets the request, with -1 if it turns out not to have taken it
   * @throws an Error when the pool is closed meanwhile
   */
  run(
    key: string,
    deployment: FunctionDeployment,
    input: FunctionInput,
    ran: (difference: 1 | -1) => void,
  ): Promise<Execution>;
  /** Keeps a process ready for the first function that needs one. */
  warmUp(): void;
  /** Ends a revision: idle instances at once, busy ones after their request. */
  retire(key: string): void;
  /** How many requests of a revision run or wait. */
  load(key: string): number;
  close(): Promise<void>;
}

/** Settings of {@link createInstancePool}. */
export interface InstancePoolOptions {
  readonly instancesPerFunction: number;
  readonly instancesInTotal: number;
  /** Processes without a function that stand by. */
  readonly spareInstances: number;
  readonly defaultMemoryMb: number;
  readonly executionLimitMs: number;
  /** Waited before a new instance takes its first request. */
  readonly coldStartMs: number;
  readonly privateDirectory: PrivateDirectory;
  readonly guardian: ProcessGuardian;
}

interface Job {
  readonly input: FunctionInput;
  readonly ran: (difference: 1 | -1) => void;
  readonly resolve: (execution: Execution) => void;
  readonly reject: (error: Error) => void;
  retries: number;
}

/** How often a request is given to another process because the one it went to died before taking it. */
const RETRIES = 3;

interface Lane {
  readonly key: string;
  readonly deployment: FunctionDeployment;
  readonly queue: Job[];
  readonly idle: FunctionInstance[];
  busy: number;
  retired: boolean;
}

/** Creates an empty pool. */
export function createInstancePool(options: InstancePoolOptions): InstancePool {
  const { guardian } = options;
  const memoryWatch = createMemoryWatch();
  const lanes = new Map<string, Lane>();
  const spares: FunctionInstance[] = [];
  const all = new Set<FunctionInstance>();
  let closed = false;

  const start = (memoryMb: number): FunctionInstance => {
    const instance = startFunctionInstance({
      memoryMb,
      workingDirectory: options.privateDirectory.path,
      guardian,
      memoryWatch,
    });
    all.add(instance);
    void instance.ended.then(() => {
      all.delete(instance);
      dispatchWaiting();
    });
    return instance;
  };
  const warmUp = (): void => {
    while (!closed && spares.length < options.spareInstances && all.size < options.instancesInTotal)
      spares.push(start(options.defaultMemoryMb));
  };
  const takeSpare = (memoryMb: number): FunctionInstance | undefined => {
    if (memoryMb !== options.defaultMemoryMb) return undefined;
    for (let spare = spares.pop(); spare !== undefined; spare = spares.pop()) if (spare.alive) return spare;
    return undefined;
  };
  /** Makes room for a new process where a warm one, of a function nobody calls, stands idle. */
  const makeRoom = (): boolean => {
    if (all.size < options.instancesInTotal) return true;
    const spare = spares.pop();
    if (spare !== undefined) {
      spare.kill();
      all.delete(spare);
      return true;
    }
    for (const lane of lanes.values()) {
      const evicted = lane.queue.length === 0 ? lane.idle.shift() : undefined;
      if (evicted !== undefined) {
        evicted.kill();
        all.delete(evicted);
        return true;
      }
    }
    return false;
  };
  const takeNew = (lane: Lane): FunctionInstance | undefined => {
    if (lane.busy + lane.idle.length >= options.instancesPerFunction) return undefined;
    const spare = takeSpare(lane.deployment.memoryMb);
    if (spare === undefined && !makeRoom()) return undefined;
    const instance = spare ?? start(lane.deployment.memoryMb);
    instance.load(lane.deployment);
    return instance;
  };
  const takeIdle = (lane: Lane): FunctionInstance | undefined => {
    for (let instance = lane.idle.pop(); instance !== undefined; instance = lane.idle.pop())
      if (instance.alive) return instance;
    return undefined;
  };

  const execute = async (lane: Lane, instance: FunctionInstance, job: Job, cold: boolean): Promise<void> => {
    lane.busy += 1;
    if (cold && options.coldStartMs > 0) await new Promise((resolve) => setTimeout(resolve, options.coldStartMs));
    job.ran(1);
    const attempt = await instance.run(job.input, options.executionLimitMs);
    lane.busy -= 1;
    if (attempt.kind !== 'not-taken') {
      job.resolve(attempt);
    } else if (!closed && job.retries > 0) {
      job.ran(-1);
      job.retries -= 1;
      lane.queue.unshift(job);
    } else {
      job.resolve({ kind: 'crashed', message: attempt.message, ran: false, logs: [] });
    }
    if (instance.alive) {
      if (lane.retired || closed) instance.kill();
      else lane.idle.push(instance);
    }
    dispatch(lane);
    if (lane.queue.length === 0) dispatchWaiting();
  };
  const dispatchWaiting = (): void => {
    for (const lane of lanes.values()) if (lane.queue.length > 0) dispatch(lane);
  };
  const dispatch = (lane: Lane): void => {
    while (lane.queue.length > 0 && !closed) {
      const idle = takeIdle(lane);
      const instance = idle ?? takeNew(lane);
      if (instance === undefined) return;
      const job = lane.queue.shift();
      if (job !== undefined) execute(lane, instance, job, idle === undefined).catch(job.reject);
    }
    if (lane.retired && lane.busy === 0) lanes.delete(lane.key);
  };
  const laneOf = (key: string, deployment: FunctionDeployment): Lane => {
    let lane = lanes.get(key);
    if (lane === undefined) {
      lane = { key, deployment, queue: [], idle: [], busy: 0, retired: false };
      lanes.set(key, lane);
    }
    return lane;
  };

  return {
    run: (key, deployment, input, ran) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(new Error('The emulator is closed.'));
          return;
        }
        const lane = laneOf(key, deployment);
        lane.queue.push({ input, ran, resolve, reject, retries: RETRIES });
        dispatch(lane);
        warmUp();
      }),
    warmUp,
    retire: (key) => {
      const lane = lanes.get(key);
      if (lane === undefined) return;
      lane.retired = true;
      for (const instance of lane.idle.splice(0)) instance.kill();
      if (lane.busy === 0 && lane.queue.length === 0) lanes.delete(key);
    },
    load: (key) => {
      const lane = lanes.get(key);
      return lane === undefined ? 0 : lane.busy + lane.queue.length;
    },
    close: async () => {
      closed = true;
      for (const lane of lanes.values())
        for (const job of lane.queue.splice(0)) job.reject(new Error('The emulator is closed.'));
      const ending = [...all].map((instance) => {
        instance.kill();
        return instance.ended;
      });
      await Promise.all(ending);
      memoryWatch.close();
    },
  };
}
