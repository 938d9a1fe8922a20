import type { ProxySettings } from '@lp-functions/http';
import type { BrowserPlace } from '../login/browser.ts';

/** What the environment says. The one place that reads it. */
export interface Environment {
  readonly accountId: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly discoveryUrl: string | undefined;
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
    browser: {
      platform: process.platform,
      browser: variables['BROWSER'] || undefined,
      display: Boolean(variables['DISPLAY'] || variables['WAYLAND_DISPLAY']),
      remote: Boolean(variables['SSH_CONNECTION']),
      wsl: Boolean(variables['WSL_DISTRO_NAME']),
    },
    proxy: readProxies(variables),
  };
}

/** As curl and most programs do: lower case wins. */
function readProxies(variables: Readonly<Record<string, string | undefined>>): ProxySettings | undefined {
  const either = (name: string): string | undefined => variables[name.toLowerCase()] || variables[name] || undefined;
  const httpsProxy = withScheme(either('HTTPS_PROXY'));
  const httpProxy = withScheme(either('HTTP_PROXY'));
  if (httpsProxy === undefined && httpProxy === undefined) return undefined;
  return { httpsProxy, httpProxy, noProxy: either('NO_PROXY') };
}

/** `localhost:3128` means `http://localhost:3128`, as it does to curl. */
function withScheme(proxy: string | undefined): string | undefined {
  return proxy === undefined || proxy.includes('://') ? proxy : `http://${proxy}`;
}
