import { posix, win32 } from 'node:path';

/** What decides where settings are kept. */
export interface ConfigPlace {
  /** `process.platform`. */
  readonly platform: NodeJS.Platform;
  /** Environment variables; empty ones count as absent. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Home directory of the user. */
  readonly home: string;
}

/**
 * The folder that profiles, tokens and cached hosts are kept in: `LPFN_CONFIG_DIR`, else where programs of the platform keep their
 * settings. Relative paths in `XDG_CONFIG_HOME` are ignored, as the XDG base directory specification asks.
 */
export function configFolder({ platform, variables, home }: ConfigPlace): string {
  const path = platform === 'win32' ? win32 : posix;
  const chosen = variables['LPFN_CONFIG_DIR'];
  if (chosen !== undefined && chosen !== '') return chosen;
  if (platform === 'win32') return path.join(variables['APPDATA'] || path.join(home, 'AppData', 'Roaming'), 'lpfn');
  const xdg = variables['XDG_CONFIG_HOME'] ?? '';
  if (path.isAbsolute(xdg)) return path.join(xdg, 'lpfn');
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'lpfn');
  return path.join(home, '.config', 'lpfn');
}
