import { timingSafeEqual } from 'node:crypto';
import { parseAppInstallation, type AppInstallation } from './app-installation.ts';
import type { AppFromFile } from './app-files.ts';
import type { KeptAccount } from './data-directory.ts';
import { EmulatorError } from './emulator-error.ts';
import { randomClientId, randomClientSecret } from './random-credential.ts';

/** What the brand gets back for an installed app. */
export interface AppCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Credentials of which some are generated. */
export type GivenCredentials = { readonly [Field in keyof AppCredentials]?: AppCredentials[Field] | undefined };

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
   * @throws {@link EmulatorError} INVALID_APP_INSTALLATION naming the field, DUPLICATE if `client_name` or the client id is taken
   */
  install(installation: AppInstallation | string, credentials?: GivenCredentials): AppCredentials;
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

/** Creates an account's apps with the default app among them, those that were kept, and those of files. */
export function createApps(options: {
  readonly redirectUris: readonly string[];
  readonly credentials?: GivenCredentials | undefined;
  readonly kept?: Pick<KeptAccount, 'apps' | 'defaultClientId'> | undefined;
  readonly fromFiles?: readonly AppFromFile[] | undefined;
  /** Called after every change; what it throws undoes the change. */
  readonly changed: () => void;
  readonly revokeTokens: (clientId: string | undefined) => number;
}): Apps {
  const { kept, credentials: given = {}, fromFiles = [] } = options;
  const apps = new Map<string, InstalledApp>();
  const install = (installation: AppInstallation, credentials: GivenCredentials = {}): AppCredentials => {
    const clientId = credentials.clientId ?? randomClientId();
    const clientSecret = credentials.clientSecret ?? randomClientSecret();
    if (apps.has(clientId))
      throw new EmulatorError('DUPLICATE', `An app with the client id ${clientId} is installed already.`);
    const twin = named(installation.client_name);
    if (twin !== undefined) {
      throw new EmulatorError('DUPLICATE', `"client_name" must be unique, and ${twin.clientId} has the same.`);
    }
    apps.set(clientId, { clientId, clientSecret, installation });
    return { clientId, clientSecret };
  };
  const named = (name: string): InstalledApp | undefined =>
    [...apps.values()].find(({ installation }) => installation.client_name === name);

  const keptDefault = kept?.apps.find(({ clientId }) => clientId === kept.defaultClientId);
  const first = install(
    { ...DEFAULT_INSTALLATION, redirect_uris: options.redirectUris },
    {
      clientId: given.clientId ?? keptDefault?.clientId,
      clientSecret: given.clientSecret ?? keptDefault?.clientSecret,
    },
  );
  for (const app of kept?.apps ?? []) if (app !== keptDefault && !apps.has(app.clientId)) apps.set(app.clientId, app);
  const thisTime = new Set([first.clientId]);
  for (const { installation, clientId, clientSecret } of fromFiles) {
    // The app of the last start, perhaps with other fields now, keeps the credentials it was given then.
    const last = [named(installation.client_name), apps.get(clientId ?? '')].filter(
      (app) => app !== undefined && !thisTime.has(app.clientId),
    );
    for (const app of last) apps.delete(app?.clientId ?? '');
    const installed = install(installation, {
      clientId: clientId ?? last[0]?.clientId,
      clientSecret: clientSecret ?? last[0]?.clientSecret,
    });
    thisTime.add(installed.clientId);
  }
  return {
    default: first,
    install: (installation, credentials) => {
      const installed = install(parseAppInstallation(installation), credentials);
      try {
        options.changed();
      } catch (error) {
        apps.delete(installed.clientId);
        throw error;
      }
      return installed;
    },
    list: () => [...apps.values()],
    find: (clientId) => apps.get(clientId),
    remove: (clientId) => {
      options.revokeTokens(clientId);
      const removed = apps.delete(clientId);
      if (removed) options.changed();
      return removed;
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
