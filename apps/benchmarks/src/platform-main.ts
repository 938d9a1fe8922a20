// The process of the server: started by main.ts, ends when main.ts lets go of it.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createPlatformServer } from './platform/platform-server.ts';
import type { PlatformAnswer, PlatformQuestion } from './platform/platform-question.ts';
import { serveParent } from './worker-process.ts';

const { server, counts, reset } = createPlatformServer();
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

serveParent(({ resetWithDelayMs }: PlatformQuestion) => {
  const answer: PlatformAnswer = { port, counts: counts() };
  if (resetWithDelayMs !== undefined) reset(resetWithDelayMs);
  return Promise.resolve(answer);
});
process.once('disconnect', () => {
  server.close();
  server.closeAllConnections();
});
