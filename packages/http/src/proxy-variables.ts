import type { ProxySettings } from './proxy-settings.ts';

/**
 * The proxies that environment variables name, as curl and most programs read them: `https_proxy`, `http_proxy`, `no_proxy`,
 * in lower case before upper case, without scheme or with one. The caller reads the environment: a package does not.
 *
 * @param variables - usually `process.env`. Empty ones count as absent.
 * @returns `undefined` if no proxy is named.
 */
export function proxyFromVariables(variables: Readonly<Record<string, string | undefined>>): ProxySettings | undefined {
  const either = (name: string): string | undefined => variables[name.toLowerCase()] || variables[name] || undefined;
  const httpsProxy = withScheme(either('HTTPS_PROXY'));
  const httpProxy = withScheme(either('HTTP_PROXY'));
  if (httpsProxy === undefined && httpProxy === undefined) return undefined;
  return { httpsProxy, httpProxy, noProxy: either('NO_PROXY') };
}

/** `localhost:3128` means `http://localhost:3128`. */
function withScheme(proxy: string | undefined): string | undefined {
  return proxy === undefined || proxy.includes('://') ? proxy : `http://${proxy}`;
}
