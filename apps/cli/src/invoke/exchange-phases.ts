import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** How long the phases of one exchange took, as far as they could be watched. */
export interface Phases {
  /** Until the connection was begun, or the request sent: with the first request, HTTP itself is loaded. */
  readonly prepareMs?: number | undefined;
  /** Looking the host up, TCP and TLS; absent if a connection was there already. */
  readonly connectMs?: number | undefined;
  /** From the request's last byte until the answer began. */
  readonly waitMs?: number | undefined;
  readonly receiveMs?: number | undefined;
}

/** Moments that undici tells on its diagnostics channels. */
const MOMENTS = {
  'undici:client:beforeConnect': 'connecting',
  'undici:client:connected': 'connected',
  'undici:client:sendHeaders': 'sent',
  'undici:request:headers': 'answered',
  'undici:request:trailers': 'received',
} as const;

type Moment = (typeof MOMENTS)[keyof typeof MOMENTS];

/**
 * Watches the exchange that begins now. The requests of one run follow each other, so that what happens meanwhile belongs to it.
 *
 * @see the section "Diagnostics Channel Support" of undici's documentation.
 */
export function watchPhases(): { end(): Phases } {
  const at = new Map<Moment, number>();
  const beganAtMs = performance.now();
  const listeners = Object.entries(MOMENTS).map(([channel, moment]) => {
    const listener = (): void => {
      at.set(moment, performance.now());
    };
    subscribe(channel, listener);
    return { channel, listener };
  });
  const between = (from: Moment, to: Moment): number | undefined => {
    const began = at.get(from);
    return began === undefined ? undefined : since(began, at.get(to));
  };
  return {
    end() {
      for (const { channel, listener } of listeners) unsubscribe(channel, listener);
      return {
        prepareMs: since(beganAtMs, at.get('connecting') ?? at.get('sent')),
        connectMs: between('connecting', 'connected'),
        waitMs: between('sent', 'answered'),
        receiveMs: between('answered', 'received'),
      };
    },
  };
}

function since(beganAtMs: number, atMs: number | undefined): number | undefined {
  return atMs === undefined ? undefined : atMs - beganAtMs;
}
