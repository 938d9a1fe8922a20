import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, type EmulatorOptions, startEmulator } from '@lp-functions/emulator';
import { createTestClock, type TestClock } from '@lp-functions/http/testing';
import { startServer } from '../src/server.ts';
import { readSettings } from '../src/settings.ts';
import { type Front, startFront } from './front.ts';

export const PASSWORD = 'correct horse battery staple';

/** Functions of the account: one for each thing that a function can do. */
const FUNCTIONS = {
  echo: 'async function lambda(input) { return input.payload; }',
  throws: 'async function lambda(input) { throw new Error(`There is no order ${input.payload.order}.`); }',
  silent: 'async function lambda() {}',
  slow: 'async function lambda(input) { await new Promise((go) => setTimeout(go, input.payload.ms)); return "at last"; }',
  hostile: 'async function lambda() { return "<script>document.title = `owned`</script>"; }',
} as const;

export type FunctionName = keyof typeof FUNCTIONS;

/** The whole set-up: the platform, an address that ends TLS, and one server behind it. */
export interface Example {
  readonly emulator: Emulator;
  readonly front: Front;
  /** As browsers know the server. */
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The server's own time; the platform has one of its own, `emulator.clock`. */
  readonly clock: TestClock;
  /** Everything that the server has logged. */
  readonly logged: string[];
  uuidOf(name: FunctionName): string;
  /** Forgets what the last test did to the platform. */
  reset(): void;
  close(): Promise<void>;
}

export interface ExampleOptions {
  readonly emulator?: EmulatorOptions;
  readonly environment?: Readonly<Record<string, string>>;
  /** Default true. Without, start processes of your own with `environment`. */
  readonly inProcess?: boolean;
  readonly tls?: boolean;
}

export async function startExample(options: ExampleOptions = {}): Promise<Example> {
  const front = await startFront({ tls: options.tls ?? true });
  const emulator = await startEmulator({
    spareInstances: 0,
    redirectUris: [`${front.url}/callback`],
    ...options.emulator,
  });
  for (const [name, code] of Object.entries(FUNCTIONS)) emulator.functions.add({ name, code });
  emulator.functions.add({ name: 'draft', code: FUNCTIONS.silent, state: 'Draft' });
  emulator.users.add({ loginName: 'ada', password: PASSWORD });
  emulator.users.add({
    loginName: 'root',
    password: PASSWORD,
    isAdmin: true,
    permissions: ['FaaS-Admin', 'FaaS-Invocation'],
  });
  emulator.users.add({ loginName: 'lister', password: PASSWORD, permissions: ['FaaS-Admin'] });
  emulator.users.add({ loginName: 'guest', password: PASSWORD, permissions: [] });
  const uuidOf = (name: FunctionName): string => emulator.functions.get(name).uuid;

  const folder = await mkdtemp(join(tmpdir(), 'lp-functions-example-'));
  const environment = {
    LPFN_DISCOVERY_URL: emulator.discoveryUrl,
    LPFN_ACCOUNT_ID: emulator.accountId,
    LPFN_CLIENT_ID: emulator.apps.default.clientId,
    LPFN_CLIENT_SECRET: emulator.apps.default.clientSecret,
    EXAMPLE_PUBLIC_URL: front.url,
    EXAMPLE_TRUSTED_PROXIES: '127.0.0.1',
    EXAMPLE_PORT: '0',
    EXAMPLE_SESSION_SECRETS: 'a session secret that is long enough',
    EXAMPLE_DATA_DIRECTORY: join(folder, 'data'),
    EXAMPLE_SERVER_FUNCTIONS: `Echo=${uuidOf('echo')},Throws=${uuidOf('throws')}`,
    EXAMPLE_LOGINS_PER_MINUTE: '1000',
    EXAMPLE_LOG_LEVEL: 'debug',
    ...options.environment,
  };
  const clock = createTestClock(Date.now());
  const logged: string[] = [];
  const server =
    options.inProcess === false
      ? undefined
      : await startServer(readSettings(environment), { clock, logStream: { write: (line) => logged.push(line) } });
  if (server !== undefined) front.ports = [server.address.port];

  return {
    emulator,
    front,
    url: front.url,
    environment,
    clock,
    logged,
    uuidOf,
    reset() {
      emulator.reset();
      front.pick = undefined;
    },
    async close() {
      await front.close();
      await server?.close();
      await emulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
