// A port that stays free for a while, though nobody holds it: systems give connections and port 0 only higher ones.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Linux gives out 32768 and more by itself, macOS and Windows 49152 and more. */
const [LOWEST, ABOVE] = [20_000, 32_768];
const TRIES = 100;

/** @returns {Promise<number>} a port of loopback that nobody listens on */
export async function freePort() {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(LOWEST, ABOVE);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port between ${LOWEST} and ${ABOVE} is free`);
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
