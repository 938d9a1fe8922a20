/** Tells once that Redis is away, however often that is noticed, and once that it is back. */
export interface RedisPresence {
  /** A connection was lost, or could not be made. */
  lost(error: Error): void;
  /** A connection is ready. */
  ready(): void;
}

/** What is told of it. */
export interface RedisPresenceListener {
  away(error: Error): void;
  back(): void;
}

/** Makes what keeps in mind whether Redis is there. It is, until something else is heard. */
export function createRedisPresence({ away, back }: RedisPresenceListener): RedisPresence {
  let present = true;
  return {
    lost(error) {
      if (!present) return;
      present = false;
      away(error);
    },
    ready() {
      if (present) return;
      present = true;
      back();
    },
  };
}
