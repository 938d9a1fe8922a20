import {
  clientCredentials,
  type Clock,
  createFunctionsClient,
  createGotTransport,
  type EventListener,
  type FunctionsClient,
  type Logger,
  type TelemetryApi,
  type TokenStore,
  userTokens,
} from '@lp-functions/client';
import { createHttpClient } from '@lp-functions/http';
import {
  createSentinelClient,
  createUserLogins,
  type SentinelClient,
  type UserLogins,
} from '@lp-functions/sentinel-oauth';
import { LRUCache } from 'lru-cache';
import type { Settings } from '../settings.ts';

/** LivePerson, as this server sees it. */
export interface Platform {
  /** Calls functions as this server itself, with client credentials. */
  readonly asServer: FunctionsClient;
  /** Calls functions in the name of a user who has logged in. */
  asUser(loginId: string): FunctionsClient;
  /** Speaks the login protocol. */
  readonly sentinel: SentinelClient;
  /** Keeps the tokens of users from login to logout. */
  readonly logins: UserLogins;
  close(): Promise<void>;
}

/** What {@link connectPlatform} is given. */
export interface PlatformParts {
  readonly settings: Settings;
  readonly tokenStore: TokenStore;
  readonly logger: Logger;
  readonly onEvent?: EventListener | undefined;
  readonly telemetry?: TelemetryApi | undefined;
  readonly clock?: Clock | undefined;
}

/** A person is waiting: a function may run 30 s, and start cold. */
export const CALL_LIMIT_MS = 60_000;
/** What is shown on a page need not be longer. */
const MAX_RESPONSE_BYTES = 1024 * 1024;
/** Users whose tokens are held in memory. Whoever is not among them costs one look into the token store. */
const USERS_IN_MEMORY = 1_000;

/** Makes the clients. Nothing is sent before somebody needs something. */
export function connectPlatform({ settings, tokenStore, logger, onEvent, telemetry, clock }: PlatformParts): Platform {
  const { accountId, clientId, clientSecret, discoveryUrl, proxy } = settings;
  const app = { clientId, clientSecret };
  const asServer = createFunctionsClient({
    accountId,
    discoveryUrl,
    proxy,
    auth: clientCredentials(app),
    tokenStore,
    eventSource: 'example-server',
    deadlineMs: CALL_LIMIT_MS,
    maxResponseBytes: MAX_RESPONSE_BYTES,
    logger,
    onEvent,
    telemetry,
    clock,
  });
  const sentinelDomain = (): Promise<string> => asServer.discovery.resolve('sentinel');
  const transport = createGotTransport({ proxy });
  const http = createHttpClient({ transport, logger, onEvent, clock });
  const sentinel = createSentinelClient({ ...app, accountId, sentinelDomain, http });
  const logins = createUserLogins({ accountId, clientId, sentinelDomain, tokenStore, sentinel });
  // Kept from request to request, so that a token is renewed in the background while the old one still lives.
  const users = new LRUCache<string, FunctionsClient>({ max: USERS_IN_MEMORY });

  return {
    asServer,
    asUser(loginId) {
      const known = users.get(loginId);
      if (known !== undefined) return known;
      const user = asServer.withAuth(userTokens({ ...app, subject: loginId }));
      users.set(loginId, user);
      return user;
    },
    sentinel,
    logins: {
      begin: logins.begin,
      end(loginId, call) {
        users.delete(loginId);
        return logins.end(loginId, call);
      },
      forget(loginId) {
        users.delete(loginId);
        return logins.forget(loginId);
      },
    },
    async close() {
      await Promise.all([asServer.close(), http.close()]);
      await transport.close();
    },
  };
}
