// A Redis server of a test's own: on a free port of loopback, in a temporary folder, gone afterwards.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.mjs';

const READY_WITHIN_MS = 10_000;

/**
 * Starts one.
 *
 * @param {string} program path of redis-server
 * @param {import('./redis-server.mjs').RedisServerOptions} [options]
 * @returns {Promise<import('./redis-server.mjs').RedisServer>}
 */
export async function startRedis(program, options = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'lpfn-redis-'));
  const port = await freePort();
  let server;
  let ended = Promise.resolve();

  async function start() {
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

  async function kill() {
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

/** True as soon as it answers PONG: while it loads its data it answers something else. */
function answers(port) {
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
