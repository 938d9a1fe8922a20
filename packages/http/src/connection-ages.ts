import type { Agent } from 'node:http';
import type { Socket } from 'node:net';

/** How old the connections of Node's agents are, which use one for as long as it lasts. */
export interface ConnectionAges {
  /** Ends it after its time, as soon as no answer is under way. Does nothing for one that is known. */
  begin(socket: Socket, agent: Agent): void;
  /** Lets an agent end what is too old. */
  watch<A extends Agent>(agent: A): A;
}

/** A longer timer would end at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Calls once a connection is so old, unless it is closed by then. Keeps no process alive. */
export function whenOld(socket: Socket, maxAgeMs: number, end: () => void): void {
  const timer = setTimeout(end, Math.min(maxAgeMs, LONGEST_TIMER_MS)).unref();
  socket.once('close', () => {
    clearTimeout(timer);
  });
}

/** Makes what keeps count of them. */
export function createConnectionAges(maxAgeMs: number): ConnectionAges {
  const old = new WeakMap<Socket, boolean>();
  return {
    begin(socket, agent) {
      if (old.has(socket)) return;
      old.set(socket, false);
      whenOld(socket, maxAgeMs, () => {
        old.set(socket, true);
        if (Object.values(agent.freeSockets).flat().includes(socket)) socket.destroy();
      });
    },
    watch(agent) {
      // Before the agent's own listener, which gives the connection to the next request.
      agent.prependListener('free', (socket: Socket) => {
        if (old.get(socket) === true) socket.destroy();
      });
      return agent;
    },
  };
}
