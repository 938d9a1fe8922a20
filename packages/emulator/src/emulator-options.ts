import type { AppCredentials } from './installed-apps.ts';
import type { InvocationLimitOptions } from './invocation-limits.ts';
import type { AdvertisedHosts, PlatformGeneration } from './service-hosts.ts';

/** One account of the emulated platform. */
export interface AccountOptions {
  /** Numeric, as LivePerson's are: some clients send accounts that begin with a letter elsewhere. */
  readonly accountId: string;
  /** Default: that of the emulator. */
  readonly platform?: PlatformGeneration | undefined;
  /** Folder in the layout of LivePerson's CLI: one folder per function, or the project that holds `functions/`. */
  readonly functions?: string | undefined;
  /** Fixes the default app's client id or secret, which are generated otherwise. */
  readonly app?: Partial<AppCredentials> | undefined;
  /** Redirect URIs of the default app. Default: those of the emulator. */
  readonly redirectUris?: readonly string[] | undefined;
  /**
   * Further apps: a file of App Installation JSON, one object or an array, or a folder of such files. `client_id` and `client_secret` beside
   * the other fields fix the credentials, which are generated otherwise.
   */
  readonly appsPath?: string | undefined;
}

/** Options of {@link startEmulator}. */
export interface EmulatorOptions {
  /** Default `12345678`. */
  readonly accountId?: string | undefined;
  /** Default `v2`. */
  readonly platform?: PlatformGeneration | undefined;
  readonly functions?: string | undefined;
  readonly app?: Partial<AppCredentials> | undefined;
  /** Default `http://localhost:3000/callback`, port 8787 (that of `lpfn login`), and both on `127.0.0.1`. */
  readonly redirectUris?: readonly string[] | undefined;
  readonly appsPath?: string | undefined;
  /** Accounts beside the first. */
  readonly accounts?: readonly AccountOptions[] | undefined;
  /**
   * Folder of the emulator's own in which apps, users, signing keys and the TLS authority are kept across restarts. Made if it is not there, with
   * access for this user only. Default: nothing is kept.
   */
  readonly dataDirectory?: string | undefined;

  /** Default 0: a free port. */
  readonly port?: number | undefined;
  /** Address to listen on. Default `127.0.0.1`; anything wider lets others run your functions. */
  readonly host?: string | undefined;
  /** Listens with TLS on a second port too, under a generated authority. Default false. */
  readonly tls?: boolean | undefined;
  /** Default 0: a free port. */
  readonly tlsPort?: number | undefined;
  /** Host names that discovery answers. Default `loopback`. */
  readonly advertise?: AdvertisedHosts | undefined;
  /** Further Domain API entries: service name to host. */
  readonly extraServices?: Readonly<Record<string, string>> | undefined;

  /** Form of client-credentials tokens. Default `jwt`. */
  readonly appTokenFormat?: 'jwt' | 'opaque' | undefined;
  /** Default 3,600. */
  readonly appTokenLifetimeSeconds?: number | undefined;
  /** Default 28,800. */
  readonly userTokenLifetimeSeconds?: number | undefined;
  /** Default 2,592,000: thirty days. LivePerson documents none. */
  readonly refreshTokenLifetimeSeconds?: number | undefined;
  /** How long a refresh token that was used stays valid. Default 30; LivePerson documents none. */
  readonly refreshGraceSeconds?: number | undefined;
  /** Lifetime of an authorization code. Default 600; LivePerson documents none. */
  readonly codeLifetimeSeconds?: number | undefined;
  /** Whether a user signs in on the login page, or the default user is signed in already. Default `page`. */
  readonly login?: 'page' | 'automatic' | undefined;
  /** What a code that was used before is refused with. Default `invalid_grant`. */
  readonly replayedCodeError?: 'invalid_grant' | 'invalid_client' | undefined;
  /** Form of `expires_in` in the answer to a code exchange. Default `number`. */
  readonly userTokenExpiresIn?: 'number' | 'string' | 'absent' | undefined;
  /** `iss` of ID tokens. Default `sentinel`; older ones say `Sentinel`. */
  readonly idTokenIssuer?: 'sentinel' | 'Sentinel' | undefined;
  /** Whether an ID token repeats the nonce of the authorization request; LivePerson's samples have none. Default false. */
  readonly idTokenNonce?: boolean | undefined;
  /** Refuses the refresh grant to apps that were installed without it. Default false. */
  readonly strictGrantTypes?: boolean | undefined;

  /** Time a function may run. Default 30,000. */
  readonly executionLimitMs?: number | undefined;
  /** Memory of a function of size S; each larger size has twice as much. Default 256. */
  readonly memoryMb?: number | undefined;
  /** Log lines and characters of one invocation. Default on V1 10 and 6,000, on V2 none. */
  readonly logLimit?: { readonly entries?: number | undefined; readonly characters?: number | undefined } | undefined;
  /** Processes per function, each running one request at a time. Default 4, or the number of cores if greater. */
  readonly instancesPerFunction?: number | undefined;
  /** Default 32. */
  readonly instancesInTotal?: number | undefined;
  /** Processes that stand by for the next function. Default 1. */
  readonly spareInstances?: number | undefined;
  /** Waited before a new process takes its first request, as on the platform after a long idle time. Default 0. */
  readonly coldStartMs?: number | undefined;

  /** Larger request bodies are answered 413. Default 10 MiB. */
  readonly maxRequestBytes?: number | undefined;
  /** Larger results are answered 500, as no code is documented for them. Default 10 MiB. */
  readonly maxResponseBytes?: number | undefined;
  /** When the gateway answers 429. Default never. */
  readonly invocationLimits?: InvocationLimitOptions | undefined;
  /** Requests kept in the journal. Default 10,000. */
  readonly journalSize?: number | undefined;
  /** Characters of each body kept in the journal. Default 65,536. */
  readonly journalBodyCharacters?: number | undefined;

  /** What the gateway answers for a function that returned nothing. Default `null`. */
  readonly emptyResult?: 'null' | 'empty' | undefined;
  /** Status for a token of another account. Default 401. */
  readonly wrongAccountStatus?: 401 | 403 | undefined;
  /** Status of `invalid_client`. Default 401. */
  readonly invalidClientStatus?: 400 | 401 | undefined;
  /** Status of the gateway for a token that is missing, unknown, expired or revoked. Default 401. */
  readonly invalidTokenStatus?: 401 | 403 | undefined;
  /** The same for the listing. Default 401 on V1, 403 on V2. */
  readonly listingInvalidTokenStatus?: 401 | 403 | undefined;
  /** Whether `invalid_client` comes with a `WWW-Authenticate` challenge when the app used a Basic header, as RFC 6749 section 5.2 wants. Default true. */
  readonly clientChallenge?: boolean | undefined;
  /** `iss` of client-credentials tokens. Default `Sentinel`. */
  readonly appTokenIssuer?: 'Sentinel' | 'sentinel' | undefined;
  /** Domain API answer for one service: a bare object, or a list of one as the current page shows it. Default `object`. */
  readonly singleDomainAnswer?: 'object' | 'list' | undefined;
  /** Status of the Domain API for a service it does not know, asked for by name. Default 404. */
  readonly unknownServiceStatus?: 404 | 400 | undefined;
  /** Domain API list of an unknown account: an empty list, or 401. Default `empty`. */
  readonly unknownAccount?: 'empty' | 'unauthorized' | undefined;
  /** Whether skill-bound functions answer calls without a skill. Default `default-only`: no. */
  readonly callsWithoutSkill?: 'default-only' | 'any' | undefined;
}
