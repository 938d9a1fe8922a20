import { type Emulator, type EmulatorOptions, startEmulator } from '@lp-functions/emulator';
import { clientCredentials, type FunctionsClientOptions } from '../src/index.ts';
import { CLIENT_ID, CLIENT_SECRET } from './credentials.ts';

export type Generation = 'v1' | 'v2';

/** One account of each generation, on one emulator. */
export const ACCOUNTS: Readonly<Record<Generation, string>> = { v1: '11111111', v2: '22222222' };
export const GENERATIONS = ['v1', 'v2'] as const;

const app = { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };

/** Functions of both accounts. Those that listen to `demo_event` are `echo` alone. */
const FUNCTIONS: Readonly<Record<string, { readonly code: string; readonly eventId?: string }>> = {
  echo: { eventId: 'demo_event', code: 'async function lambda(input) { return input.payload; }' },
  input: { code: 'async function lambda(input) { return input; }' },
  nothing: { code: 'async function lambda() {}' },
  throws: { eventId: 'failing_event', code: 'async function lambda() { throw new Error("out of stock"); }' },
  crashes: { code: 'async function lambda() { return undefined.name; }' },
  slow: {
    eventId: 'slow_event',
    code: 'async function lambda(input) { await new Promise((resolve) => setTimeout(resolve, input.payload.ms)); return 1; }',
  },
};

/** Starts an emulator with the accounts, the app and the functions that the suites use. */
export async function startPlatform(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({
    accountId: ACCOUNTS.v2,
    app,
    accounts: [{ accountId: ACCOUNTS.v1, platform: 'v1', app }],
    ...options,
  });
  for (const accountId of Object.values(ACCOUNTS))
    for (const [name, definition] of Object.entries(FUNCTIONS))
      emulator.accounts.get(accountId).functions.add({ name, ...definition });
  return emulator;
}

/** Options of a client of one of its accounts. */
export function optionsFor(
  { discoveryUrl }: { readonly discoveryUrl: string },
  generation: Generation = 'v2',
  changes: Partial<FunctionsClientOptions> = {},
): FunctionsClientOptions {
  return { accountId: ACCOUNTS[generation], discoveryUrl, auth: clientCredentials(app), ...changes };
}

/** UUID of one of the functions. */
export function uuidOf(emulator: Emulator, generation: Generation, name: string): string {
  return emulator.accounts.get(ACCOUNTS[generation]).functions.get(name).uuid;
}

/** How often one of the functions ran. */
export function runsOf(emulator: Emulator, generation: Generation, name: string): number {
  return emulator.accounts.get(ACCOUNTS[generation]).functions.get(name).invocations;
}
