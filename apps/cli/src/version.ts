/** Set when the program is built. */
declare const __PACKAGE_VERSION__: string | undefined;

/** Version of this program; the source itself has none. */
export const VERSION: string = typeof __PACKAGE_VERSION__ === 'string' ? __PACKAGE_VERSION__ : 'source';
