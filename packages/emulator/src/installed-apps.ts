import { timingSafeEqual } from 'node:crypto';
import { parseAppInstallation, type AppInstallation } from './app-installation.ts';
import { EmulatorError } from './emulator-error.ts';
import { randomClientId, randomClientSecret } from './random-credential.ts';

/** What the brand gets back for an installed app. */
export interface AppCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** An app as it was installed. */
export interface InstalledApp extends AppCredentials {
  readonly installation: AppInstallation;
}

/** The apps of one account. */
export interface Apps {
  /** An app with client credentials and the authorization code, scope `faas.lambda.invoke`. */
  readonly default: AppCredentials;
  /**
   * Installs an app.
   *
   * @param installation - App Installation JSON, as an object or as text
   * @param credentials - fixed instead of generated ones
   * @throws {@link EmulatorError} INVALID_APP_INSTALLATION naming the field, DUPLICATE if the client id is taken
   */
  install(installation: AppInstallation | string, credentials?: Partial<AppCredentials>): AppCredentials;
  list(): readonly InstalledApp[];
  find(clientId: string): InstalledApp | undefined;
  /** Uninstalls an app and revokes its tokens. */
  remove(clientId: string): boolean;
  /** Revokes the tokens of one app, or of all apps of the account. Returns how many were alive. */
  revokeTokens(clientId?: string): number;
}

/** Scope that invoking needs of an app. */
export const INVOKE_SCOPE = 'faas.lambda.invoke';

const DEFAULT_INSTALLATION: AppInstallation = {
  client_name: 'emulator-default',
  display_name: 'Default app of the emulator',
  grant_types: ['client_credentials', 'authorization_code', 'refresh_token'],
  response_types: ['token', 'code'],
  scope: INVOKE_SCOPE,
};

/** Creates an account's apps with the default app among them. */
export function createApps(options: {
  readonly redirectUris: readonly string[];
  readonly credentials?: Partial<AppCredentials> | undefined;
  readonly revokeTokens: (clientId: string | undefined) => number;
}): Apps {
  const apps = new Map<string, InstalledApp>();
  const install = (installation: AppInstallation, credentials: Partial<AppCredentials> = {}): AppCredentials => {
    const clientId = credentials.clientId ?? randomClientId();
    const clientSecret = credentials.clientSecret ?? randomClientSecret();
    if (apps.has(clientId))
      throw new EmulatorError('DUPLICATE', `An app with the client id ${clientId} is installed already.`);
    apps.set(clientId, { clientId, clientSecret, installation });
    return { clientId, clientSecret };
  };
  const first = install({ ...DEFAULT_INSTALLATION, redirect_uris: options.redirectUris }, options.credentials);
  return {
    default: first,
    install: (installation, credentials) => install(parseAppInstallation(installation), credentials),
    list: () => [...apps.values()],
    find: (clientId) => apps.get(clientId),
    remove: (clientId) => {
      options.revokeTokens(clientId);
      return apps.delete(clientId);
    },
    revokeTokens: (clientId) => options.revokeTokens(clientId),
  };
}

/** Tells whether a secret is the app's, in constant time. */
export function isSecretOf(app: InstalledApp, secret: string): boolean {
  const given = Buffer.from(secret);
  const own = Buffer.from(app.clientSecret);
  return given.length === own.length && timingSafeEqual(given, own);
}
