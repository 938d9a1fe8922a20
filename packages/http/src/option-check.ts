import { ConfigurationError } from '@lp-functions/errors';

/** What one option must be. Returns what is wrong with it, worded to follow the option's name, or nothing. */
export type OptionRule = (value: unknown) => string | undefined;

/**
 * Checks the options of a factory or call before anything is done: every name must exist, every value must pass.
 *
 * @param options - what the caller gave.
 * @param rules - the names that exist, with their rules; `undefined` values pass unless the rule is {@link required}.
 * @param where - what the options belong to, for messages: `createDomainDiscovery`.
 * @param within - the option that holds these, if they are a set of their own: `retry`.
 * @throws {@link ConfigurationError} UNKNOWN_OPTION, INVALID_OPTION.
 */
export function checkOptions(
  options: unknown,
  rules: Readonly<Record<string, OptionRule>>,
  where: string,
  within?: string,
): void {
  const path = within === undefined ? '' : `${within}.`;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ConfigurationError(`${where} takes an object with options`, { code: 'INVALID_OPTION', option: where });
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(rules, name)) {
      throw new ConfigurationError(
        `${where} has no option ${JSON.stringify(name)}; it has ${Object.keys(rules).join(', ')}`,
        {
          code: 'UNKNOWN_OPTION',
          option: `${path}${name}`,
        },
      );
    }
  }
  for (const [name, rule] of Object.entries(rules)) {
    const problem = rule((options as Record<string, unknown>)[name]);
    if (problem !== undefined) {
      throw new ConfigurationError(`${where}: ${name} ${problem}`, {
        code: 'INVALID_OPTION',
        option: `${path}${name}`,
      });
    }
  }
}

/** Turns a rule for optional values into one that refuses a missing one. */
export function required(rule: OptionRule): OptionRule {
  return (value) => (value === undefined ? 'is missing' : rule(value));
}

/** Any value: it is checked where it is used. */
export const anything: OptionRule = () => undefined;

/** Text with something in it. */
export const text: OptionRule = (value) =>
  value === undefined || (typeof value === 'string' && value !== '') ? undefined : 'must be a text that is not empty';

/** True or false. */
export const flag: OptionRule = (value) =>
  value === undefined || typeof value === 'boolean' ? undefined : 'must be true or false';

/** A duration: a finite number of milliseconds above 0. */
export const duration: OptionRule = (value) =>
  value === undefined || (typeof value === 'number' && Number.isFinite(value) && value > 0)
    ? undefined
    : 'must be a number of milliseconds above 0';

/** A whole number from 0. */
export const count: OptionRule = (value) =>
  value === undefined || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)
    ? undefined
    : 'must be a whole number, 0 or more';

/** A function. */
export const callable: OptionRule = (value) =>
  value === undefined || typeof value === 'function' ? undefined : 'must be a function';

/** An AbortSignal, of whichever realm. */
export const abortSignal: OptionRule = (value) =>
  value === undefined ||
  (typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value)
    ? undefined
    : 'must be an AbortSignal';

/** An object that has these methods. */
export function withMethods(...names: readonly string[]): OptionRule {
  return (value) =>
    value === undefined ||
    (typeof value === 'object' &&
      value !== null &&
      names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function'))
      ? undefined
      : `must be an object with ${names.map((name) => `${name}()`).join(', ')}`;
}

/** Text that may stand in a path segment and a header: an account id. */
export const accountIdRule: OptionRule = (value) =>
  value === undefined || (typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value))
    ? undefined
    : 'must be a text of letters, digits, - and _, such as "12345678"';

/** Text that may stand in an HTTP header: printable ASCII, no line break. */
export const headerText: OptionRule = (value) =>
  value === undefined || (typeof value === 'string' && /^[\x21-\x7e](?:[\x20-\x7e]{0,254}[\x21-\x7e])?$/.test(value))
    ? undefined
    : 'must be printable ASCII without line breaks, 256 characters at most';
