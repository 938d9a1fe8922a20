import { homedir } from 'node:os';
import { proxyFromVariables, type ProxySettings } from '@lp-functions/http';
import type { BrowserPlace } from '../login/browser.ts';
import type { ColorWishes } from '../terminal/color-choice.ts';
import { configFolder } from './config-folder.ts';

/** What the environment says. The one place that reads it. */
export interface Environment extends ColorWishes {
  readonly accountId: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly discoveryUrl: string | undefined;
  /** Redis of the queue. */
  readonly redisUrl: string | undefined;
  /** Keys that seal what the queue keeps, as text. */
  readonly queueKeys: string | undefined;
  /** Name of the profile to use. */
  readonly profile: string | undefined;
  /** Folder that profiles, tokens and hosts are kept in. */
  readonly configFolder: string;
  /** Whether, and how, a browser can be opened. */
  readonly browser: BrowserPlace;
  /** Proxies to go through, if any are set. */
  readonly proxy: ProxySettings | undefined;
}

/**
 * Reads the environment variables of the program. Empty ones count as absent.
 *
 * @param variables - usually `process.env`.
 */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>> = process.env): Environment {
  return {
    accountId: variables['LPFN_ACCOUNT_ID'] || undefined,
    clientId: variables['LPFN_CLIENT_ID'] || undefined,
    clientSecret: variables['LPFN_CLIENT_SECRET'] || undefined,
    discoveryUrl: variables['LPFN_DISCOVERY_URL'] || undefined,
    redisUrl: variables['LPFN_REDIS_URL'] || undefined,
    queueKeys: variables['LPFN_QUEUE_KEYS'] || undefined,
    profile: variables['LPFN_PROFILE'] || undefined,
    configFolder: configFolder({ platform: process.platform, variables, home: homedir() }),
    browser: {
      platform: process.platform,
      browser: variables['BROWSER'] || undefined,
      display: Boolean(variables['DISPLAY'] || variables['WAYLAND_DISPLAY']),
      remote: Boolean(variables['SSH_CONNECTION']),
      wsl: Boolean(variables['WSL_DISTRO_NAME']),
    },
    noColor: Boolean(variables['NO_COLOR']),
    forceColor: readForceColor(variables['FORCE_COLOR']),
    dumbTerminal: variables['TERM'] === 'dumb',
    proxy: proxyFromVariables(variables),
  };
}

function readForceColor(value: string | undefined): boolean | undefined {
  return value === undefined || value === '' ? undefined : value !== '0' && value !== 'false';
}
