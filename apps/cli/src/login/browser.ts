import { spawn, type ChildProcess } from 'node:child_process';
import { delimiter } from 'node:path';

/** What decides whether, and how, a browser is opened. */
export interface BrowserPlace {
  /** `process.platform`. */
  readonly platform: NodeJS.Platform;
  /** `BROWSER`: a command to open addresses with, or several as in a search path. `none` opens nothing. */
  readonly browser: string | undefined;
  /** Whether there is a screen that programs of this session could show a window on: `DISPLAY` or `WAYLAND_DISPLAY`. */
  readonly display: boolean;
  /** Whether the session came over SSH: a window would open where nobody sits. */
  readonly remote: boolean;
  /** Whether this is Linux within Windows, whose browser can be opened. */
  readonly wsl: boolean;
}

/** How to open a browser: the system's own, by a command, or not at all. */
export type BrowserChoice =
  | { readonly kind: 'system' }
  | { readonly kind: 'command'; readonly command: string; readonly args: readonly string[] }
  | { readonly kind: 'none' };

/** Chooses how to open a browser. A function of its arguments. */
export function chooseBrowser({ platform, browser, display, remote, wsl }: BrowserPlace): BrowserChoice {
  const [first = ''] = (browser ?? '').split(delimiter);
  const [command, ...args] = first.split(/\s+/).filter((part) => part !== '');
  if (command === 'none') return { kind: 'none' };
  if (command !== undefined) return { kind: 'command', command, args };
  if (platform === 'win32') return { kind: 'system' };
  if (platform === 'darwin') return { kind: remote ? 'none' : 'system' };
  return { kind: display || wsl ? 'system' : 'none' };
}

/**
 * Opens an address in a browser. Resolves when the browser was started; whether it shows anything cannot be known.
 *
 * @param url - of the login.
 * @param choice - how.
 * @param failed - called if what was started ends with an error later.
 * @returns false if nothing could be started.
 */
export async function openBrowser(url: string, choice: BrowserChoice, failed: () => void): Promise<boolean> {
  if (choice.kind === 'none') return false;
  try {
    const child = choice.kind === 'system' ? await (await import('open')).default(url) : start(choice, url);
    child.once('exit', (code) => {
      if (code !== null && code !== 0) failed();
    });
    return await started(child);
  } catch {
    return false;
  }
}

function start({ command, args }: BrowserChoice & { readonly kind: 'command' }, url: string): ChildProcess {
  const placed = args.some((arg) => arg.includes('%s'));
  const complete = placed ? args.map((arg) => arg.replaceAll('%s', url)) : [...args, url];
  const child = spawn(command, complete, { stdio: 'ignore', detached: true });
  child.unref();
  return child;
}

/** A command that does not exist says so only afterwards. */
function started(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.on('error', () => resolve(false));
    if (child.pid === undefined) child.once('spawn', () => resolve(true));
    else resolve(true);
  });
}
