import { type Apps, type Emulator, EmulatorError, type EmulatorOptions, startEmulator } from '@lp-functions/emulator';
import type { CommandContext } from '../command-context.ts';
import { chooseBrowser, openBrowser } from '../login/browser.ts';
import type { GlobalFlags } from '../settings/global-flags.ts';

/** Flags of `lpfn emulator`. */
export interface EmulatorFlags extends GlobalFlags {
  readonly port: number;
  readonly functions?: string | undefined;
  readonly platform?: 'v1' | 'v2' | undefined;
  readonly account?: string | undefined;
  readonly advertise?: 'loopback' | 'liveperson' | undefined;
  readonly apps?: string | undefined;
  readonly data?: string | undefined;
  readonly tls?: boolean | undefined;
  readonly open?: boolean | undefined;
}

/** `lpfn emulator`: runs the platform on this machine until SIGINT or SIGTERM. */
export async function emulator(
  { environment, output, signal }: CommandContext,
  flags: EmulatorFlags,
): Promise<undefined> {
  const { port, functions, platform, account: accountId, advertise, tls, apps: appsPath, data: dataDirectory } = flags;
  const running = await startAsFlagsSay({
    port,
    functions,
    platform,
    accountId,
    advertise,
    tls,
    appsPath,
    dataDirectory,
  });
  const ready = {
    discoveryUrl: running.discoveryUrl,
    consoleUrl: `${running.discoveryUrl}/`,
    accountId: running.accountId,
    clientId: running.apps.default.clientId,
    clientSecret: running.apps.default.clientSecret,
    apps: otherApps(running.apps),
    platform: running.platform,
    ...(running.tls === undefined ? {} : { tls: { url: running.tls.url, caPath: running.tls.caPath } }),
    functions: running.functions.list().map(({ uuid, name, eventId }) => ({ uuid, name, eventId: eventId ?? null })),
  };
  output.print(flags.json === true ? JSON.stringify(ready) : panel(ready));
  if (flags.open === true) {
    const failed = (): void => output.say(`The browser ended with an error. The console is at ${ready.consoleUrl}`);
    const opened = await openBrowser(ready.consoleUrl, chooseBrowser(environment.browser), failed);
    if (!opened) output.say(`No browser can be opened from here. The console is at ${ready.consoleUrl}`);
  }
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await running.close();
  return undefined;
}

/** By which flags its options are set. */
const FLAGS: Readonly<Record<string, string>> = {
  port: '--port',
  functions: '--functions',
  accountId: '--account',
  appsPath: '--apps',
  dataDirectory: '--data',
};

/** Starts it; an option that it refuses is called by its flag. */
async function startAsFlagsSay(options: EmulatorOptions): Promise<Emulator> {
  try {
    return await startEmulator(options);
  } catch (error) {
    if (!(error instanceof EmulatorError) || error.code !== 'INVALID_OPTION') throw error;
    const message = error.message.replace(/^"(\w+)"/, (quoted, option: string) => FLAGS[option] ?? quoted);
    throw new EmulatorError(error.code, message.replace(/\.$/, ''));
  }
}

/** All but the default one: those of `--apps`, and those that `--data` has kept. */
function otherApps(apps: Apps): Ready['apps'] {
  return apps
    .list()
    .filter(({ clientId }) => clientId !== apps.default.clientId)
    .map(({ installation, clientId, clientSecret }) => ({ name: installation.client_name, clientId, clientSecret }));
}

interface Ready {
  readonly tls?: { readonly url: string; readonly caPath: string };
  readonly discoveryUrl: string;
  readonly consoleUrl: string;
  readonly accountId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly apps: readonly { readonly name: string; readonly clientId: string; readonly clientSecret: string }[];
  readonly platform: string;
  readonly functions: readonly {
    readonly uuid: string;
    readonly name: string;
    readonly eventId: string | null;
  }[];
}

function panel({
  discoveryUrl,
  consoleUrl,
  accountId,
  clientId,
  clientSecret,
  apps,
  platform,
  tls,
  functions,
}: Ready): string {
  const rows = functions.map(
    ({ uuid, name, eventId }) => `  ${uuid}  ${name}${eventId === null ? '' : `  (event ${eventId})`}`,
  );
  const first = functions.find(({ eventId }) => eventId === null) ?? functions[0];
  return [
    `LivePerson Functions, generation ${platform.toUpperCase()}, on ${discoveryUrl}. Ctrl+C ends it.`,
    `Console: ${consoleUrl}`,
    ...(tls === undefined ? [] : [`The same over TLS on ${tls.url}; trust it with NODE_EXTRA_CA_CERTS=${tls.caPath}`]),
    '',
    'In another terminal:',
    `  export LPFN_DISCOVERY_URL=${discoveryUrl}`,
    `  export LPFN_ACCOUNT_ID=${accountId}`,
    `  export LPFN_CLIENT_ID=${clientId}`,
    `  export LPFN_CLIENT_SECRET=${clientSecret}`,
    ...(first === undefined
      ? []
      : [`  export LPFN_FUNCTION_UUID=${first.uuid}`, `  lpfn invoke $LPFN_FUNCTION_UUID --data '{"n":1}'`]),
    ...apps.flatMap((app) => [
      '',
      `Or as the app ${app.name}:`,
      `  export LPFN_CLIENT_ID=${app.clientId}`,
      `  export LPFN_CLIENT_SECRET=${app.clientSecret}`,
    ]),
    '',
    rows.length === 0 ? 'No functions: give their folder with --functions DIR.' : 'Functions:',
    ...rows,
  ].join('\n');
}
