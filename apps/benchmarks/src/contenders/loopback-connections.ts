import { Agent as HttpAgent, globalAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { connect, type Socket } from 'node:net';

/**
 * Makes every agent of this process connect to a plain-http server on loopback, whatever host a request names.
 *
 * The official client asks `http://adminlogin.liveperson.net`, then `https://` hosts that the Domain API names, always on
 * the default port, and takes no other. Its documented `tooling` parameter could replace its HTTP function, but that
 * function is what costs the CPU. So the client stays as it is, down to got 11, its options and its repeats, and only
 * `Agent#createConnection`, which Node documents for overriding, is replaced. That runs once per connection: a call on a
 * kept connection is not touched by it. It also saves the name lookup and, for the one token request, the TLS handshake;
 * both favour the official client, and both are over before anything is measured.
 *
 * @param port - of the server.
 */
export function connectEverythingTo(port: number): void {
  const createConnection = (): Socket => connect({ port, host: '127.0.0.1', noDelay: true });
  Object.assign(HttpAgent.prototype, { createConnection });
  Object.assign(HttpsAgent.prototype, { createConnection });
}

/** Ends the idle connections of Node's shared agent, on which the official client sends. */
export function closeSharedConnections(): void {
  globalAgent.destroy();
}
