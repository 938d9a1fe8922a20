import type { Environment } from './environment.ts';
import { createProfileFile, type ProfileFile } from './profiles.ts';
import { createFileSecrets, type SecretStorage } from './secret-storage.ts';
import type { SettingFlags } from './setting-table.ts';
import { createSettings, type Settings } from './settings.ts';
import { openSettingsFolder } from './settings-folder.ts';

/** Settings of one run, and what they are kept in. */
export interface OpenedSettings {
  readonly settings: Settings;
  readonly profiles: ProfileFile;
  readonly secrets: SecretStorage;
}

/** Opens what is kept between runs. Nothing is read before it is asked for. */
export function openSettings(flags: SettingFlags, environment: Environment): OpenedSettings {
  const folder = openSettingsFolder(environment.configFolder);
  const profiles = createProfileFile(folder);
  const secrets = createFileSecrets(folder);
  return { settings: createSettings({ flags, environment, profiles, secrets }), profiles, secrets };
}
