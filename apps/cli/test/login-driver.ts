import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Emulator, EmulatorOptions } from '@lp-functions/emulator';
import { startEmulator } from '@lp-functions/emulator';
import { onTestFinished } from 'vitest';
// @boundaries-ignore: what tests of several packages need stands once, at the root of the repository.
import { freePort } from '../../../tools/free-port.mjs';
import { type Run, startLpfn } from './lpfn-process.ts';

/** An emulator whose app may come back to a free port, with what lpfn needs to know of it. */
export interface LoginSetup {
  readonly emulator: Emulator;
  readonly redirectUri: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts an emulator for logins. */
export async function startLoginSetup(options: EmulatorOptions = {}): Promise<LoginSetup> {
  const port = await freePort();
  const redirectUri = `http://localhost:${String(port)}/callback`;
  const emulator = await startEmulator({ redirectUris: [redirectUri], ...options });
  return { emulator, redirectUri, port, env: environmentOf(emulator) };
}

/** The variables that an emulator's default app is reached with. */
export function environmentOf(emulator: Emulator): Readonly<Record<string, string>> {
  return {
    LPFN_ACCOUNT_ID: emulator.accountId,
    LPFN_CLIENT_ID: emulator.apps.default.clientId,
    LPFN_CLIENT_SECRET: emulator.apps.default.clientSecret,
    LPFN_DISCOVERY_URL: emulator.discoveryUrl,
  };
}

/** An `lpfn login` under way. */
export interface LoginRun {
  readonly child: ChildProcess;
  /** The address to open, as soon as it is printed. */
  readonly url: Promise<string>;
  /** What is on stderr so far. */
  stderr(): string;
  /** How it ends. */
  readonly end: Promise<Run>;
}

/** Starts `lpfn login`. Standard input stays open, unless it is ended. What a test leaves behind is ended with it. */
export function startLogin(args: readonly string[], env: Readonly<Record<string, string>>): LoginRun {
  const child = startLpfn(['login', ...args], env);
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  const url = new Promise<string>((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      const found = /^ {2}(http\S+\/authorize\?\S+)$/m.exec(stderr)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`no address was printed:\n${stderr}`)));
  });
  url.catch(() => undefined);
  const end = Promise.all([text(child.stdout!), once(child, 'close')]).then(([stdout]) => ({
    code: child.exitCode,
    stdout,
    stderr,
  }));
  return { child, url, stderr: () => stderr, end };
}

/** Logs a user in without a browser: opens the address, and comes back. */
export async function completeLogin(
  { emulator }: LoginSetup,
  run: LoginRun,
  loginName?: string,
): Promise<{ readonly status: number; readonly page: string }> {
  const answer = await fetch(emulator.signIn(await run.url, loginName));
  return { status: answer.status, page: await answer.text() };
}
