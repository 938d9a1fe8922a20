/** Facts that go with a log line. Never holds a secret. */
export type LogFields = Readonly<Record<string, unknown>>;

/** What the packages write to: four methods, as `console`, pino and winston have them (by an adapter of one line). */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
