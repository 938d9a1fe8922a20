import type { OptionRule } from '@lp-functions/http';

/** Set when the package is built; the source itself has no version. */
declare const __PACKAGE_VERSION__: string | undefined;

const OWN = `lp-functions/${typeof __PACKAGE_VERSION__ === 'string' ? __PACKAGE_VERSION__ : 'source'}`;

/** `User-Agent` of every request to the gateway and the listing: ours, and after it that of the application. */
export function userAgentOf(suffix: string | undefined): string {
  return suffix === undefined ? OWN : `${OWN} ${suffix}`;
}

const MAX_LENGTH = 200;
const TOKEN = String.raw`[\w!#$%&'*+.^\x60|~-]+`;
const PART = String.raw`(?:${TOKEN}(?:/${TOKEN})?|\([\x20-\x27\x2a-\x7e]*\))`;
const PARTS = new RegExp(`^${PART}(?: ${PART})*$`);

/**
 * Products with versions, and comments.
 *
 * @see RFC 9110 section 10.1.5
 */
export const userAgentRule: OptionRule = (value) =>
  value === undefined || (typeof value === 'string' && value.length <= MAX_LENGTH && PARTS.test(value))
    ? undefined
    : 'must be a name with its version, such as order-service/2.1';
