import { randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import type { EventInvocationResult, InvocationOptions, InvocationResult } from '@lp-functions/faas-invoker';
// @boundaries-ignore: what tests of several packages need stands once, at the root of the repository.
import { type RedisServer, type RedisServerOptions, startRedis } from '../../../tools/redis-server.mjs';
import {
  createInvocationQueue,
  createInvocationWorker,
  type InvocationQueue,
  type InvocationQueueOptions,
  type InvocationWorker,
  type InvocationWorkerOptions,
  type QueueInvoker,
  type QueueRedisClient,
  type WorkerEvent,
} from '../src/index.ts';

/** For what has to come about, however slow the machine. */
export const PATIENCE = { timeout: 15_000 };

/** What tests use of the library's client, whose own type has as many parameters as Redis has modules. */
export interface ConnectedClient extends QueueRedisClient {
  readonly isReady: boolean;
  keys(pattern: string): Promise<string[]>;
  hGetAll(key: string): Promise<Record<string, string>>;
  exists(key: string): Promise<number>;
  flushAll(): Promise<unknown>;
  info(section: string): Promise<string>;
  destroy(): void;
}

export async function connectTo(url: string): Promise<ConnectedClient> {
  const client = createClient({ url, socket: { reconnectStrategy: 50 } });
  client.on('error', () => undefined);
  // Tests open many queues on one client.
  client.setMaxListeners(0);
  await client.connect();
  return client;
}

/** One call that a scripted invoker was asked for. */
export interface AskedCall {
  readonly target: string;
  readonly payload: unknown;
  readonly options: InvocationOptions;
}

export type Answer = (call: AskedCall) => unknown;

/** An invoker that answers what it is told to, and remembers what it was asked. */
export interface ScriptedInvoker extends QueueInvoker {
  readonly calls: AskedCall[];
  answer: Answer;
}

export function scriptedInvoker(answer: Answer = ({ payload }) => payload): ScriptedInvoker {
  const calls: AskedCall[] = [];
  async function ask(target: string, payload: unknown, options: InvocationOptions = {}): Promise<unknown> {
    const call = { target, payload, options };
    calls.push(call);
    return invoker.answer(call);
  }
  const rest = { requestId: 'r', status: 200, durationMs: 1, attempts: 1 };
  const invoker: ScriptedInvoker = {
    calls,
    answer,
    async invokeByUuid(...asked): Promise<InvocationResult> {
      return { result: await ask(...asked), ...rest };
    },
    async invokeByName(...asked): Promise<InvocationResult> {
      return { result: await ask(...asked), ...rest };
    },
    async invokeByEvent(...asked): Promise<EventInvocationResult> {
      return { results: (await ask(...asked)) as EventInvocationResult['results'], ...rest };
    },
  };
  return invoker;
}

/** A Redis with one queue after the other; all that was opened is closed with it. */
export interface QueueRig {
  readonly server: RedisServer;
  readonly client: ConnectedClient;
  connect(): Promise<ConnectedClient>;
  /** A queue that is empty, and what makes workers of it. */
  queue(options?: Partial<InvocationQueueOptions>): RiggedQueue;
  close(): Promise<void>;
}

export interface RiggedQueue {
  readonly name: string;
  readonly queue: InvocationQueue;
  readonly events: WorkerEvent[];
  /** Makes a worker and lets it run. */
  work(invoker: QueueInvoker, options?: Partial<InvocationWorkerOptions>): InvocationWorker;
}

/** Everything that an iterable yields. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

export const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';

export async function queueRig(program: string | undefined, options?: RedisServerOptions): Promise<QueueRig> {
  const server = await startRedis(program ?? 'redis-server', options);
  const clients: ConnectedClient[] = [];
  const workers: InvocationWorker[] = [];
  const queues: InvocationQueue[] = [];
  async function connect(): Promise<ConnectedClient> {
    const client = await connectTo(server.url);
    clients.push(client);
    return client;
  }
  const client = await connect();
  return {
    server,
    client,
    connect,
    queue(more = {}) {
      const name = more.name ?? randomUUID();
      const queue = createInvocationQueue({ client, name, ...more });
      queues.push(queue);
      const events: WorkerEvent[] = [];
      return {
        name,
        queue,
        events,
        work(invoker, own = {}) {
          const { encryptionKeys, prefix } = more;
          const shared = { client, name, encryptionKeys, prefix, claimMs: 1_000 };
          const worker = createInvocationWorker({ ...shared, invoker, onEvent: (event) => events.push(event), ...own });
          workers.push(worker);
          void worker.run().catch(() => undefined);
          return worker;
        },
      };
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close({ deadlineMs: 100 })));
      await Promise.all(queues.map((queue) => queue.close()));
      for (const one of clients) one.destroy();
      await server.close();
    },
  };
}
