import type { Authorizer, Clock, EventListener, HttpClient } from '@lp-functions/http';
import type { TokenStore } from './token-store.ts';

/** What a client gives to a method of authentication. */
export interface AuthContext {
  /** LivePerson account (site) id. */
  readonly accountId: string;
  /** Origin of Sentinel, looked up and judged when it is needed. */
  sentinelDomain(): Promise<string>;
  /** Sends requests to Sentinel. */
  readonly http: HttpClient;
  readonly clock: Clock;
  /** Where tokens are kept. */
  readonly tokenStore: TokenStore;
  readonly onEvent: EventListener | undefined;
}

/** A way to authenticate: turns what a client knows into something that authorizes requests. */
export type AuthMethod = (context: AuthContext) => Authorizer;
