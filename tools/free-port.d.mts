/** A port of loopback that nobody listens on, and that the system will not give to somebody else by itself. */
export function freePort(): Promise<number>;
