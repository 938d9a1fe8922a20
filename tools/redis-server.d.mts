export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Number of its process, to be paused. */
  readonly pid: number;
  /** Ends it as kill -9 does. What it has written to its append-only file stays. */
  kill(): Promise<void>;
  /** Starts it again on the same port, in the same folder, and waits until it has loaded its data. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

export interface RedisServerOptions {
  /** Keeps an append-only file. Without it, a restart forgets everything. */
  readonly appendOnly?: boolean | undefined;
  /** Further settings, as on its command line: `['--maxmemory', '10mb']`. */
  readonly settings?: readonly string[] | undefined;
}

/** @param program - path of redis-server: `inject('redisServer')`. */
export function startRedis(program: string, options?: RedisServerOptions): Promise<RedisServer>;
