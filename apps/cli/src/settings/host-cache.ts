import { createHash } from 'node:crypto';
import type { DomainStore, StoredDomains } from '@lp-functions/domain-discovery';
import { parseJsonObject } from '@lp-functions/http';
import { openPrivateFolder } from '@lp-functions/sentinel-oauth';

/** Hosts of earlier runs: one file for each account and server. */
export interface HostCache extends DomainStore {
  /** Drops the hosts that this run was given: something is wrong, and it may be them. The next run asks anew. */
  distrust(): Promise<void>;
}

/**
 * Keeps hosts in a folder. A file that cannot be read is set aside; whatever else is wrong with it costs a request.
 *
 * @param path - of the folder; it is made when something is first written.
 */
export function createHostCache(path: string): HostCache {
  const folder = openPrivateFolder(path, 'hosts');
  const given = new Set<string>();
  return {
    async get(key) {
      const name = nameOf(key);
      const text = await folder.read(name);
      if (text === undefined) return undefined;
      const content = parseJsonObject(text);
      if (content === undefined) {
        await folder.rename(name, `${name}.corrupted`);
        return undefined;
      }
      given.add(name);
      // Discovery looks at it before it believes it.
      return content as unknown as StoredDomains;
    },
    async set(key, domains) {
      const name = nameOf(key);
      given.delete(name);
      await folder.replace(name, `${JSON.stringify(domains)}\n`);
    },
    async distrust() {
      for (const name of given) await folder.remove(name);
    },
  };
}

/** Keys may hold anything, and be of any length. */
function nameOf(key: string): string {
  return `${createHash('sha256').update(key).digest('hex')}.json`;
}
