import type { IncomingHttpHeaders } from 'node:http';
import type { AuthorizationCodes } from './authorization-codes.ts';
import type { BrowserSignIns } from './browser-sign-ins.ts';
import type { EmulatorClock } from './emulator-clock.ts';
import type { ResolvedOptions } from './resolved-options.ts';
import type { InstancePool } from './instance-pool.ts';
import type { InvocationLimits } from './invocation-limits.ts';
import type { IssuedTokens } from './issued-tokens.ts';
import type { PlatformAccount, PlatformAccounts } from './platform-accounts.ts';
import type { Reply } from './reply.ts';
import type { MutableRecord } from './recorded-request.ts';
import type { ServiceRoute } from './service-route.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { UserSessions } from './user-sessions.ts';

/** Everything the endpoints work on. */
export interface EmulatedPlatform {
  readonly options: ResolvedOptions;
  readonly clock: EmulatorClock;
  readonly accounts: PlatformAccounts;
  readonly keys: SigningKeys;
  readonly tokens: IssuedTokens;
  readonly sessions: UserSessions;
  readonly codes: AuthorizationCodes;
  readonly signIns: BrowserSignIns;
  readonly pool: InstancePool;
  readonly limits: InvocationLimits;
  /** The port that is listened on. */
  readonly port: () => number;
}

/** A request, read and routed. */
export interface EndpointCall {
  readonly route: ServiceRoute;
  readonly method: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The port that the request came in on. */
  readonly port: number;
  readonly record: MutableRecord;
  /** The account in the path, if it exists. */
  readonly account: PlatformAccount | undefined;
}

/** Answers the requests of one operation. */
export type Endpoint = (call: EndpointCall, platform: EmulatedPlatform) => Reply | Promise<Reply>;
