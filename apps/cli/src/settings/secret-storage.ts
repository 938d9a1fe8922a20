import { type SettingsFolder, SettingsUnreadableError } from './settings-folder.ts';

/** Where a secret is kept. */
export type SecretPlace = 'keychain' | 'file';

/** Keeps client secrets between runs. */
export interface SecretStorage {
  /** The secret under a key, or `undefined`. @throws {@link SentinelOAuthError} STORE_FAILED if what keeps it cannot be read. */
  get(key: string): Promise<string | undefined>;
  /** Where the secret under a key is kept, without reading it; `undefined` if there is none. */
  locate(key: string): Promise<SecretPlace | undefined>;
  /** Keeps a secret. @returns where it is kept now. */
  set(key: string, secret: string): Promise<SecretPlace>;
  /** Removes the secret under a key, wherever it is, if there is one. */
  delete(key: string): Promise<void>;
}

/** Whose secret it is. */
export interface SecretOwner {
  readonly accountId: string;
  readonly clientId: string;
  /** Of the Domain API. */
  readonly discoveryUrl: string;
}

const FILE = 'secrets.json';

/** The name under which a secret is kept: an app of one account on one server, so that no server is ever sent another's. */
export function secretKey({ accountId, clientId, discoveryUrl }: SecretOwner): string {
  return `${clientId}@${accountId} ${discoveryUrl}`;
}

/** Keeps secrets in a file that only its owner can read. */
export function createFileSecrets(folder: SettingsFolder): SecretStorage {
  const parse = (content: Readonly<Record<string, unknown>> | undefined): ReadonlyMap<string, string> => {
    const entries = Object.entries(content ?? {});
    if (entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) return new Map(entries);
    throw new SettingsUnreadableError(folder.path(FILE));
  };
  const read = async (): Promise<ReadonlyMap<string, string>> => parse(await folder.readJson(FILE));
  return {
    get: async (key) => (await read()).get(key),
    locate: async (key) => ((await read()).has(key) ? 'file' : undefined),
    async set(key, secret) {
      await folder.changeJson(FILE, (content) => Object.fromEntries([...parse(content), [key, secret]]));
      return 'file';
    },
    async delete(key) {
      if (!(await read()).has(key)) return;
      await folder.changeJson(FILE, (content) =>
        Object.fromEntries([...parse(content)].filter(([other]) => other !== key)),
      );
    },
  };
}
