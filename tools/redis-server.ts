// A Redis server of a test's own: on a free port of loopback, in a temporary folder, gone afterwards.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

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

const READY_WITHIN_MS = 10_000;

/** @param program - path of redis-server: `inject('redisServer')`. */
export async function startRedis(program: string, options: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'lpfn-redis-'));
  const port = await freePort();
  let server: ChildProcess | undefined;
  let ended: Promise<unknown> = Promise.resolve();

  async function start(): Promise<void> {
    const appendOnly = options.appendOnly === true ? 'yes' : 'no';
    const settings = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', ''];
    const child = spawn(program, [...settings, '--appendonly', appendOnly, ...(options.settings ?? [])], {
      stdio: 'ignore',
    });
    server = child;
    ended = new Promise((resolve) => child.once('exit', resolve));
    const untilMs = Date.now() + READY_WITHIN_MS;
    while (!(await answers(port))) {
      if (child.exitCode !== null || Date.now() > untilMs) throw new Error(`redis-server does not answer on ${port}`);
      await delay(20);
    }
  }

  async function kill(): Promise<void> {
    server?.kill('SIGKILL');
    await ended;
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return server?.pid ?? 0;
    },
    kill,
    start,
    async close() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** True as soon as it answers PONG: while it loads its data it answers something else. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once('data', (data) => {
      resolve(data.toString().startsWith('+PONG'));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
