import type { ConnectionOptions } from './connection-options.ts';
import { createGotTransport } from './got-transport.ts';
import type { HttpTransport } from './http-transport.ts';
import { createUndiciTransport } from './undici-transport.ts';

/** As many as the transport on undici: invocations come in thousands. */
const DEFAULT_MAX_CONNECTIONS = 256;

/**
 * The transport for invocations that this runtime can have: on undici, or on got where importing undici gives a module of the
 * runtime's own that sends nothing, as in Bun.
 *
 * @param options - connection limits, trust and proxies.
 * @param runtime - versions of the runtime and its parts; default: those of this process.
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function createInvocationTransport(
  options: ConnectionOptions = {},
  runtime: Readonly<Record<string, string | undefined>> = process.versions,
): HttpTransport {
  if (runtime['bun'] === undefined) return createUndiciTransport(options);
  return createGotTransport({ maxConnections: DEFAULT_MAX_CONNECTIONS, ...options });
}
