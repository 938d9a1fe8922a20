import type { OptionRule } from './option-check.ts';
import { proxyRule, type ProxySettings } from './proxy-settings.ts';

/** What both transports take. */
export interface ConnectionOptions {
  /** Connections per origin; further requests wait for a free one. */
  readonly maxConnections?: number | undefined;
  /** Certificates (PEM) to trust instead of Node's own. */
  readonly ca?: string | readonly string[] | undefined;
  /** Proxies to go through; none by default, whatever the environment says. Loopback is always reached directly. */
  readonly proxy?: ProxySettings | undefined;
}

/** Rules of {@link ConnectionOptions}. */
export const connectionRules: Readonly<Record<keyof ConnectionOptions, OptionRule>> = {
  proxy: proxyRule,
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
