import type { Output } from '../terminal/output.ts';
import type { Environment } from './environment.ts';
import { createHostCache, type HostCache } from './host-cache.ts';
import { createKeychain } from './keychain.ts';
import { createProfileFile, type ProfileFile } from './profiles.ts';
import { createSecretFile } from './secret-file.ts';
import { createSecretStorage, type SecretStorage } from './secret-storage.ts';
import type { SettingFlags } from './setting-table.ts';
import { createSettings, type Settings } from './settings.ts';
import { openSettingsFolder } from './settings-folder.ts';

/** Settings of one run, and what they are kept in. */
export interface OpenedSettings {
  readonly settings: Settings;
  readonly profiles: ProfileFile;
  readonly secrets: SecretStorage;
  /** Hosts of earlier runs. */
  readonly hosts: HostCache;
}

/** What settings are opened with. */
export interface SettingsParts {
  readonly flags: SettingFlags;
  readonly environment: Environment;
  /** Told what a person should know. */
  readonly output: Output;
  /** Whether somebody is there to unlock a keychain. */
  readonly attended: boolean;
  readonly signal: AbortSignal;
}

/** Folder of hosts, below the folder of settings. */
const HOSTS = 'hosts';

/** A script gets its answer in any case; a person needs time to type a password. */
const UNATTENDED_MS = 3_000;
const ATTENDED_MS = 60_000;

/** Opens what is kept between runs. Nothing is read before it is asked for. */
export function openSettings({ flags, environment, output, attended, signal }: SettingsParts): OpenedSettings {
  const folder = openSettingsFolder(environment.configFolder);
  const profiles = createProfileFile(folder);
  const keychain = createKeychain({
    timeoutMs: attended ? ATTENDED_MS : UNATTENDED_MS,
    onWait: () => output.say('Waiting for the system keychain; it may be asking for its password.'),
    signal,
  });
  const secrets = createSecretStorage({
    file: createSecretFile(folder),
    keychain,
    notify: (line) => output.say(line),
  });
  const hosts = createHostCache(folder.path(HOSTS));
  return { settings: createSettings({ flags, environment, profiles, secrets }), profiles, secrets, hosts };
}
