import { readSettings, type Settings } from './settings.ts';

/** What the environment says. The one place of this server that reads it, besides OpenTelemetry's own `OTEL_*` variables. */
export function settingsOfEnvironment(): Settings {
  return readSettings(process.env);
}
