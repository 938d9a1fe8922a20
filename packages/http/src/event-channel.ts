import { channel } from 'node:diagnostics_channel';

/**
 * Name of the diagnostics channel on which every {@link ClientEvent} of every client in the process is published, for tools that
 * watch a program which they have not written. Nothing is made for it while nobody has subscribed. What a subscriber throws is an
 * uncaught exception of the process, as on every channel of Node.
 *
 * @see https://nodejs.org/api/diagnostics_channel.html
 */
export const EVENT_CHANNEL = 'lp-functions:event';

/** One for the process, by Node's design, also when two copies of this package are installed. */
export const eventChannel: { readonly hasSubscribers: boolean; publish(message: unknown): void } =
  channel(EVENT_CHANNEL);
