import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';

/** What `net.connect` wants of a `lookup` option. */
export type LookupFunction = (
  hostname: string,
  options: LookupOptions,
  callback: (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void,
) => void;

const LOOPBACK: readonly LookupAddress[] = [{ address: '127.0.0.1', family: 4 }];

/** True for `localhost` and every name below it, which RFC 6761 section 6.3 reserves for loopback. */
export function isLocalhostName(hostname: string): boolean {
  const name = hostname.toLowerCase();
  return name === 'localhost' || name.endsWith('.localhost');
}

/**
 * Looks names up as the system does, but `*.localhost` is always this machine: not every resolver knows that.
 */
export const localhostLookup: LookupFunction = (hostname, options, callback) => {
  if (hostname.toLowerCase() !== 'localhost' && isLocalhostName(hostname)) {
    if (options.all === true) callback(null, [...LOOPBACK]);
    else callback(null, '127.0.0.1', 4);
    return;
  }
  lookup(hostname, options, callback);
};
