import type { Socket } from 'node:net';
import type { buildConnector, Client, Dispatcher, Pool } from 'undici';
import { whenOld } from './connection-ages.ts';

/** Makes the connections to one origin. */
export type MakePool = (origin: string | URL, settings: object) => Dispatcher;

type Connect = (target: buildConnector.Options, callback: buildConnector.Callback) => unknown;

/**
 * Makes pools whose connections are used for so long at most. One that is in use then is ended by its next request, which
 * says so to the server; one that is not, at once. undici's own limit (`clientTtl`) is looked at only by later requests, and
 * loses the place of a connection while it ends.
 *
 * @param undici - the library, once it is loaded.
 * @param maxAgeMs - from the moment when the connection is there.
 */
export function agingPools(
  undici: { readonly Client: typeof Client; readonly Pool: typeof Pool },
  maxAgeMs: number,
): MakePool {
  function makeClient(origin: string | URL, settings: object): Dispatcher {
    const { connect } = settings as { readonly connect: Connect };
    let isOld = false;
    const client = new undici.Client(origin, {
      ...settings,
      connect: (target, callback) =>
        connect(target, (...outcome) => {
          if (outcome[0] === null) begin(outcome[1]);
          callback(...outcome);
        }),
    });
    function begin(socket: Socket): void {
      isOld = false;
      whenOld(socket, maxAgeMs, () => {
        isOld = true;
        if (client.stats.size === 0) socket.destroy();
      });
    }
    const dispatch = client.dispatch.bind(client);
    client.dispatch = (options, handler) => dispatch(isOld ? { ...options, reset: true } : options, handler);
    return client;
  }
  return (origin, settings) => new undici.Pool(origin, { ...settings, factory: makeClient });
}
