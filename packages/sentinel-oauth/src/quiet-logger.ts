import type { LogFields, Logger } from '@lp-functions/http';

/** A logger that changes nothing: what the given one throws or rejects with is dropped. */
export function quiet(logger: Logger): Logger {
  // `void` by its type; an async method returns a promise all the same.
  const loose: Readonly<Record<keyof Logger, (message: string, fields?: LogFields) => unknown>> = logger;
  const write =
    (level: keyof Logger) =>
    (message: string, fields?: LogFields): void => {
      try {
        const returned = loose[level](message, fields);
        if (returned instanceof Promise) returned.catch(() => undefined);
      } catch {
        // There is nobody left to tell.
      }
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
