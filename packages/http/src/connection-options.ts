import type { OptionRule } from './option-check.ts';

/** What both transports take. */
export const connectionRules: Readonly<Record<'maxConnections' | 'ca', OptionRule>> = {
  maxConnections: (value) =>
    value === undefined || (Number.isSafeInteger(value) && (value as number) > 0)
      ? undefined
      : 'must be a whole number, 1 or more',
  ca: (value) =>
    value === undefined ||
    (Array.isArray(value) ? value : [value]).every((pem) => typeof pem === 'string' && pem !== '')
      ? undefined
      : 'must be a certificate in PEM, or a list of them',
};
