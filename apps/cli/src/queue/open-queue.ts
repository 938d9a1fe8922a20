import type { InvocationQueue, QueueSettings } from '@lp-functions/invocation-queue';
import { isConfigurationError } from '@lp-functions/errors';
import type { CommandContext } from '../command-context.ts';
import { UsageError } from '../terminal/usage-error.ts';
import type { QueueFlags } from './queue-command.ts';

type QueueLibrary = typeof import('@lp-functions/invocation-queue');

/** A queue, and what a worker of it needs. Close it. */
export interface OpenedQueue {
  readonly queue: InvocationQueue;
  readonly library: QueueLibrary;
  /** To be given to a worker, too. */
  readonly settings: QueueSettings;
  close(): Promise<void>;
}

/** The queue comes in packages of its own, and they are not there. */
class QueueMissingError extends Error {
  readonly code = 'QUEUE_MISSING';
  readonly hint = 'Install them beside lpfn: npm install --global @lp-functions/invocation-queue redis';

  constructor(name: string) {
    super(`the package ${name} is not installed`);
    this.name = 'QueueMissingError';
  }
}

/** Redis cannot be reached, or does not let us in. */
class RedisUnreachableError extends Error {
  readonly code = 'QUEUE_UNAVAILABLE';
  readonly hint = 'Set LPFN_REDIS_URL, and look whether Redis runs there and takes this user and password.';

  constructor(where: string, why: string) {
    super(`Redis at ${where} cannot be reached: ${why}`);
    this.name = 'RedisUnreachableError';
  }
}

const DEFAULT_URL = 'redis://127.0.0.1:6379';
const RECONNECT_MS = 500;

/**
 * Connects to the queue of the environment.
 *
 * @throws QueueMissingError, RedisUnreachableError
 */
export async function openQueue({ environment }: CommandContext, flags: QueueFlags): Promise<OpenedQueue> {
  const library = await installed('@lp-functions/invocation-queue', () => import('@lp-functions/invocation-queue'));
  const { createClient } = await installed('redis', () => import('redis'));
  const url = environment.redisUrl ?? DEFAULT_URL;
  let connected = false;
  let client: ReturnType<typeof createClient>;
  try {
    // At the start, one that is not there is told at once; later it may come back.
    const reconnectStrategy = (_retries: number, cause: Error) => (connected ? RECONNECT_MS : cause);
    client = createClient({ url, socket: { reconnectStrategy } });
    client.on('error', () => undefined);
    await client.connect();
    connected = true;
  } catch (error) {
    throw new RedisUnreachableError(shown(url), (error as Error).message);
  }
  const settings: QueueSettings = {
    client,
    name: flags.queue,
    encryptionKeys: readKeys(environment.queueKeys),
  };
  try {
    const queue = library.createInvocationQueue(settings);
    const close = (): Promise<void> => queue.close().finally(() => client.destroy());
    return { queue, library, settings, close };
  } catch (error) {
    // A client that is left open would keep the program running.
    client.destroy();
    throw isConfigurationError(error) && error.option === 'name' ? wrongName(error) : error;
  }
}

/** To the library, a name is one of its options. */
function wrongName({ message }: Error): UsageError {
  return new UsageError(message.replace(/^.*?: name\b/, '--queue'));
}

/** `ID:BASE64,ID:BASE64`. What is wrong with one is said by the queue, without its secret. */
function readKeys(text: string | undefined): QueueSettings['encryptionKeys'] {
  return text?.split(',').map((pair) => {
    const at = pair.indexOf(':');
    return { id: pair.slice(0, Math.max(at, 0)).trim(), secret: pair.slice(at + 1).trim() };
  });
}

async function installed<M>(name: string, load: () => Promise<M>): Promise<M> {
  try {
    return await load();
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    throw code === 'ERR_MODULE_NOT_FOUND' ? new QueueMissingError(name) : error;
  }
}

/** Without user and password. */
function shown(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'LPFN_REDIS_URL';
}
