/** Facts that go with a log line. Never holds a secret. */
export type LogFields = Readonly<Record<string, unknown>>;

/** What the packages write to: four methods, as `console`, pino and winston have them (by an adapter of one line). */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/**
 * Wraps a logger so that nothing it does changes the call it is told of: what it throws or rejects with is dropped, since
 * there is nobody left to tell.
 *
 * @param logger - the caller's.
 */
export function quietLogger(logger: Logger): Logger {
  // `void` by its type; an async method returns a promise all the same.
  const loose: Readonly<Record<keyof Logger, (message: string, fields?: LogFields) => unknown>> = logger;
  const write =
    (level: keyof Logger) =>
    (message: string, fields?: LogFields): void => {
      try {
        dropRejection(loose[level](message, fields));
      } catch {
        // See above.
      }
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

function dropRejection(returned: unknown): void {
  if (typeof returned === 'object' && returned !== null && 'then' in returned)
    Promise.resolve(returned).catch(() => undefined);
}
