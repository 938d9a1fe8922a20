import { type SettingsFolder, SettingsUnreadableError } from './settings-folder.ts';

/** What the file knows of a secret: the secret itself, or that the keychain has it. */
export type SecretEntry = { readonly secret: string } | { readonly keychain: true };

/** The file that says which secrets there are. Only its owner can read it. */
export interface SecretFile {
  /** Where it is. */
  readonly path: string;
  /** What is known under a key. @throws SettingsUnreadableError */
  get(key: string): Promise<SecretEntry | undefined>;
  /** Replaces what is known under a key; `undefined` removes it. */
  set(key: string, entry: SecretEntry | undefined): Promise<void>;
}

const FILE = 'secrets.json';

/** The file of secrets in a folder of settings. */
export function createSecretFile(folder: SettingsFolder): SecretFile {
  const parse = (content: Readonly<Record<string, unknown>> | undefined): ReadonlyMap<string, SecretEntry> => {
    const entries = Object.entries(content ?? {});
    if (entries.every((entry): entry is [string, SecretEntry] => isEntry(entry[1]))) return new Map(entries);
    throw new SettingsUnreadableError(folder.path(FILE));
  };
  return {
    path: folder.path(FILE),
    get: async (key) => parse(await folder.readJson(FILE)).get(key),
    async set(key, entry) {
      await folder.changeJson(FILE, (content) => {
        const entries = new Map(parse(content));
        if (entry === undefined) entries.delete(key);
        else entries.set(key, entry);
        return Object.fromEntries(entries);
      });
    },
  };
}

function isEntry(value: unknown): value is SecretEntry {
  if (typeof value !== 'object' || value === null) return false;
  return ('secret' in value && typeof value.secret === 'string') || ('keychain' in value && value.keychain === true);
}
