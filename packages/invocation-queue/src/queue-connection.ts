import { ConnectionClosedError, createNodeRedisClient, type IRedisClient } from 'bullmq';
import { type RedisClient, redisFailureOf } from '@lp-functions/redis-access';
import type { QueueRedisClient } from './queue-client.ts';

/** A client as BullMQ takes it. */
export interface AdaptedClient {
  readonly connection: IRedisClient;
  /** The client and the further connections made like it, as far as they are open, can all be used. */
  isReady(): boolean;
  /** Takes BullMQ's listeners off the client, which is not ours to close. */
  release(): void;
  /** Destroys the further connections that were made like it, for good: BullMQ cannot open them again. */
  destroy(): void;
}

/**
 * Gives BullMQ a connection that it understands. To BullMQ, only some words mean that a connection was lost; everything else
 * is a failure of the job. The library redis has other words, and a job whose answer is being written down while Redis is
 * restarted must not be taken for one that failed.
 */
export function adaptClient(client: QueueRedisClient): AdaptedClient {
  const listeners: [event: string, listener: (...values: unknown[]) => void][] = [];
  const own: QueueRedisClient['on'] = (event, listener) => {
    listeners.push([event, listener]);
    return client.on(event, listener);
  };
  const further = furtherClients();
  const watched = forwarding(client, (method, property) => {
    if (property === 'on') return own as Method;
    return property === 'duplicate' ? () => further.add(method()) : method;
  });
  return {
    connection: translating(createNodeRedisClient(watched)),
    isReady: () => isUsable(client) && further.isReady(),
    release() {
      for (const [event, listener] of listeners.splice(0)) client.off(event, listener);
    },
    destroy: further.destroy,
  };
}

/** What BullMQ uses of a client of its own. */
interface FurtherClient {
  readonly isOpen: boolean;
  readonly isReady: boolean;
  destroy(): void;
}

/** One that was closed, or never opened, is not waited for. */
function isUsable({ isOpen, isReady }: Pick<RedisClient, 'isOpen' | 'isReady'>): boolean {
  return !isOpen || isReady !== false;
}

/** Keeps count of connections, so that none of them outlives its worker: BullMQ opens what was closed anew. */
function furtherClients(): { add(client: unknown): unknown; isReady(): boolean; destroy(): void } {
  const made = new Set<FurtherClient>();
  let destroyed = false;
  const refuse: Method = () => Promise.reject(new Error('The client is closed'));
  function add(client: unknown): unknown {
    made.add(client as FurtherClient);
    return forwarding(client as FurtherClient, (method, property) => {
      if (property === 'connect') return (...values) => (destroyed ? refuse() : method(...values));
      return property === 'duplicate' ? () => add(method()) : method;
    });
  }
  return {
    add,
    isReady: () => [...made].every(isUsable),
    destroy() {
      destroyed = true;
      for (const client of made) if (client.isOpen) client.destroy();
    },
  };
}

/** True for what is thrown where a connection was lost, or Redis is not ready yet. */
export function isConnectionLost(error: unknown): boolean {
  return error instanceof ConnectionClosedError;
}

/** True for what a connection tells when Redis cannot be reached. */
export function isUnreachable(error: Error): boolean {
  return redisFailureOf(error).kind === 'unreachable';
}

type Method = (...values: unknown[]) => unknown;

/** Another face of an object: its methods may be replaced, everything else is its own. */
function forwarding<T extends object>(inner: T, replace: (method: Method, property: PropertyKey) => Method): T {
  const methods = new Map<PropertyKey, { readonly of: unknown; readonly method: Method }>();
  return new Proxy(inner, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      const known = methods.get(property);
      if (known?.of === value) return known.method;
      const method = replace(value.bind(target) as Method, property);
      methods.set(property, { of: value, method });
      return method;
    },
    set: (target, property, value) => Reflect.set(target, property, value, target),
  });
}

function translating(inner: IRedisClient): IRedisClient {
  const outer: IRedisClient = forwarding(inner, (method, property) => (...values) => {
    const answer = method(...values);
    if (property === 'duplicate') return translating(answer as IRedisClient);
    if (answer === inner) return outer;
    return answer instanceof Promise ? answer.catch(rethrow) : answer;
  });
  return outer;
}

function rethrow(error: unknown): never {
  // A mistake in the code is none of the connection, and would be repeated for ever.
  if (error instanceof Error && !(error instanceof TypeError)) {
    const { kind, passing } = redisFailureOf(error);
    if (kind === 'unreachable' || passing) throw new ConnectionClosedError(error.message, error);
  }
  throw error as Error;
}
