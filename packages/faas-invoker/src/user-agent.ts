/** Set when the package is built; the source itself has no version. */
declare const __PACKAGE_VERSION__: string | undefined;

/** `User-Agent` of every request to the gateway. */
export const USER_AGENT: string = `lp-functions/${typeof __PACKAGE_VERSION__ === 'string' ? __PACKAGE_VERSION__ : 'source'}`;
