import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Clock } from '@lp-functions/client';
import type { DestinationStream } from 'pino';
import { createApp } from './app.ts';
import { CALL_LIMIT_MS, connectPlatform } from './platform/platform.ts';
import type { Settings } from './settings.ts';
import { openStores } from './storage/stores.ts';
import { closeGracefully } from './web/graceful-close.ts';
import { createLog, logEvents, packageLogger } from './web/request-log.ts';

/** A server that takes requests. */
export interface RunningServer {
  /** Where it listens. Browsers come by `publicUrl`, through whatever proxies there are. */
  readonly address: AddressInfo;
  /** Takes no new connections, lets requests under way finish, and lets go of everything. */
  close(): Promise<void>;
}

/** What tests put in the place of the real thing. */
export interface ServerParts {
  readonly clock?: Clock | undefined;
  readonly logStream?: DestinationStream | undefined;
}

/** Requests that are not finished by then are cut off. Longer than any call may take. */
const CLOSING_LIMIT_MS = CALL_LIMIT_MS + 15_000;
const SWEEP_EVERY_MS = 10 * 60_000;

/**
 * Starts the server.
 *
 * @throws if it cannot listen, or its folder cannot be used.
 */
export async function startServer(settings: Settings, { clock, logStream }: ServerParts = {}): Promise<RunningServer> {
  const log = createLog(settings.logLevel, logStream);
  // Loaded only if it is wanted.
  const telemetry = settings.telemetry ? (await import('./telemetry/telemetry.ts')).startTelemetry() : undefined;
  const stores = await openStores(settings.dataFolder);
  const platform = connectPlatform({
    settings,
    tokenStore: stores.tokens,
    logger: packageLogger(log),
    onEvent: logEvents(log),
    telemetry: telemetry?.api,
    clock,
  });

  // The same: it is another connection, and other libraries.
  const queue =
    settings.redisUrl === undefined
      ? undefined
      : (await import('./platform/call-queue.ts')).openCallQueue({
          redisUrl: settings.redisUrl,
          encryptionKeys: settings.queueKeys,
          functions: platform.asServer,
          logger: packageLogger(log),
          telemetry: telemetry?.api,
        });

  let isOpen = true;
  const server = createServer(createApp({ settings, stores, platform, queue, log, telemetry, isOpen: () => isOpen }));
  server.listen(settings.port, settings.host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  log.info({ address: address.address, port: address.port, publicUrl: settings.publicUrl }, 'listening');

  /** A session that has run out leaves tokens behind. */
  async function sweep(): Promise<void> {
    try {
      await stores.sweep(async ({ login }) => {
        if (login !== undefined) await platform.logins.forget(login.id);
      });
    } catch (error) {
      log.warn({ err: error }, 'what has run out could not be removed');
    }
  }
  const sweeping = setInterval(() => void sweep(), SWEEP_EVERY_MS).unref();
  void sweep();

  async function close(): Promise<void> {
    isOpen = false;
    clearInterval(sweeping);
    log.info('closing: requests under way are finished');
    if (settings.drainMs > 0) await setTimeout(settings.drainMs);
    await closeGracefully(server, CLOSING_LIMIT_MS);
    await queue?.close();
    await platform.close();
    await telemetry?.close();
    log.info('closed');
  }

  let closing: Promise<void> | undefined;
  return { address, close: () => (closing ??= close()) };
}
