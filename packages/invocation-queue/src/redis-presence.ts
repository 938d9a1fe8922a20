/** Tells once that Redis is away, however often that is noticed, and once that it is back. */
export interface RedisPresence {
  /** A connection was lost, or could not be made. */
  lost(error: Error): void;
  /** A connection is said to be ready: it may have been lost again meanwhile, and others may not be there yet. */
  ready(): void;
}

/** What is told of it. */
export interface RedisPresenceListener {
  away(error: Error): void;
  back(): void;
}

/**
 * Makes what keeps in mind whether Redis is there. It is, until something else is heard.
 *
 * @param allReady - whether no connection is missing.
 */
export function createRedisPresence({ away, back }: RedisPresenceListener, allReady: () => boolean): RedisPresence {
  let present = true;
  return {
    lost(error) {
      if (!present) return;
      present = false;
      away(error);
    },
    ready() {
      if (present || !allReady()) return;
      present = true;
      back();
    },
  };
}
