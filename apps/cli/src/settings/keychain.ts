import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { InterruptedError } from '../terminal/interrupt.ts';

/** What is asked of the process that speaks to the keychain. */
export interface KeychainQuestion {
  readonly action: 'get' | 'set' | 'delete';
  readonly key: string;
  readonly secret?: string | undefined;
}

/** What it answers. */
export type KeychainAnswer =
  { readonly ok: true; readonly secret?: string | undefined } | { readonly ok: false; readonly reason: string };

/** The system's keychain: Keychain on macOS, Credential Manager on Windows, Secret Service (GNOME Keyring, KWallet) on Linux. */
export interface Keychain {
  /** The secret under a key, or `undefined`. @throws KeychainError, InterruptedError */
  get(key: string): Promise<string | undefined>;
  /** Keeps a secret. @throws KeychainError, InterruptedError */
  set(key: string, secret: string): Promise<void>;
  /** Removes a secret, if it is there. @throws KeychainError, InterruptedError */
  delete(key: string): Promise<void>;
}

/** Options of {@link createKeychain}. */
export interface KeychainOptions {
  /** How long to wait for it, in milliseconds: it may be locked, and ask a person who is not there. */
  readonly timeoutMs: number;
  /** Told once when it takes long: it may be asking for its password somewhere on the screen. */
  readonly onWait: () => void;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/** The keychain cannot be used. */
export class KeychainError extends Error {
  /** @param reason - why, as the system says it. */
  constructor(reason: string) {
    super(reason);
    this.name = 'KeychainError';
  }
}

const PROGRAM = fileURLToPath(new URL('./keychain-main.js', import.meta.url));
const LONG_MS = 1_500;

/** Opens the system's keychain. Nothing is asked of it before it is used. */
export function createKeychain({ timeoutMs, onWait, signal }: KeychainOptions): Keychain {
  let told = false;

  async function ask(question: KeychainQuestion): Promise<string | undefined> {
    const long = setTimeout(() => {
      if (!told) onWait();
      told = true;
    }, LONG_MS);
    try {
      const answer = await converse(question);
      if (answer.ok) return answer.secret;
      // Not a failure of the keychain: whoever interrupts does not want the secret to go elsewhere.
      if (signal.aborted) throw new InterruptedError();
      throw new KeychainError(answer.reason);
    } finally {
      clearTimeout(long);
    }
  }

  function converse(question: KeychainQuestion): Promise<KeychainAnswer> {
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [PROGRAM],
        { timeout: timeoutMs, killSignal: 'SIGKILL', signal, windowsHide: true },
        (error, stdout) => {
          if (error === null) resolve(JSON.parse(stdout) as KeychainAnswer);
          else resolve({ ok: false, reason: reasonOf(error, timeoutMs) });
        },
      );
      // It may be gone before it has read everything; what came of it is told above.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(JSON.stringify(question));
    });
  }

  return {
    get: (key) => ask({ action: 'get', key }),
    set: async (key, secret) => {
      await ask({ action: 'set', key, secret });
    },
    delete: async (key) => {
      await ask({ action: 'delete', key });
    },
  };
}

/** Not the error's own message, which names the program that was run. */
function reasonOf(error: Error & { readonly killed?: boolean | undefined }, timeoutMs: number): string {
  return error.killed === true
    ? `it did not answer within ${String(timeoutMs / 1000)} s; it may be locked`
    : 'the program that speaks to it failed';
}
