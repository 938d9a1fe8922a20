const LONGEST = 500;
/** Where nobody is sent after a login: they would begin or end the next one. */
const NO_DESTINATION = /^\/(?:login|callback|logout|logged-out)(?:[/?]|$)/;

/**
 * Where to go after a login, if it is a place on this server. What comes in a URL may have been written by anybody: a link
 * that leads through our login to a foreign page is what phishers look for.
 *
 * @param wanted - as it came, of whatever type.
 * @returns a path with its query, or `/`.
 */
export function localPath(wanted: unknown): string {
  // One slash and no backslash: browsers take `//host` and `/\host` for other servers.
  if (typeof wanted !== 'string' || wanted.length > LONGEST || !/^\/(?!\/)[!-[\]-~]*$/.test(wanted)) return '/';
  const { pathname, search } = new URL(wanted, 'http://localhost');
  const path = `${pathname}${search}`;
  return pathname.startsWith('//') || NO_DESTINATION.test(path) ? '/' : path;
}
