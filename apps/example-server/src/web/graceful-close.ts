import { once } from 'node:events';
import type { Server } from 'node:http';

/** Connections that are kept alive become idle with the end of their last request. */
const IDLE_CHECK_MS = 50;

/**
 * Closes a server: takes no new connections, and lets requests under way finish.
 *
 * @param limitMs - what is not finished by then is cut off.
 */
export async function closeGracefully(server: Server, limitMs: number): Promise<void> {
  // Tells browsers and proxies not to send more on the same connection.
  server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'));
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  const cut = setTimeout(() => server.closeAllConnections(), limitMs);
  const closed = once(server, 'close');
  server.close();
  await closed;
  clearInterval(idle);
  clearTimeout(cut);
}
