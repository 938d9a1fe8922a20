import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseAppInstallation } from './app-installation.ts';
import { lockDirectory } from './directory-lock.ts';
import { EmulatorError } from './emulator-error.ts';
import type { InstalledApp } from './installed-apps.ts';
import { mismatchOf, type JsonSchema } from './json-schema.ts';
import type { PlatformUser } from './platform-users.ts';
import { UNFINISHED, writePrivateFile } from './private-file.ts';
import type { KeptKey } from './signing-keys.ts';
import type { TlsIdentity } from './tls-certificate.ts';

/** What is kept of an account. */
export interface KeptAccount {
  readonly defaultClientId: string;
  readonly apps: readonly InstalledApp[];
  readonly users: readonly PlatformUser[];
}

/** A folder in which the emulator keeps what is to survive a restart. */
export interface DataDirectory {
  readonly path: string;
  account(accountId: string): KeptAccount | undefined;
  keepAccount(accountId: string, account: KeptAccount): void;
  keys(): readonly KeptKey[];
  /** @param keys - newest first */
  keepKeys(keys: readonly KeptKey[]): void;
  tls(): TlsIdentity | undefined;
  /** @returns the path of a file with the authority's certificate alone */
  keepTls(identity: TlsIdentity): string;
  close(): void;
}

const FILES = { accounts: 'accounts.json', keys: 'signing-keys.json', tls: 'tls.json', ca: 'ca.pem', lock: 'lock' };
/** Keys and secrets do not belong into anybody's repository. */
const GIT_IGNORE = '.gitignore';

const text: JsonSchema = { type: 'string', minLength: 1 };
const texts: JsonSchema = { type: 'array', items: { type: 'string' } };
const record = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
});
const ACCOUNTS = record({
  accounts: {
    type: 'object',
    additionalProperties: record({
      defaultClientId: text,
      apps: {
        type: 'array',
        items: record({ clientId: text, clientSecret: text, installation: { type: 'object' } }),
      },
      users: {
        type: 'array',
        items: record({
          userId: text,
          loginName: text,
          password: { type: 'string' },
          permissions: texts,
          isAdmin: { type: 'boolean' },
        }),
      },
    }),
  },
});
const KEYS = record({
  keys: {
    type: 'array',
    items: record({ keyId: text, appTokenKid: text, idTokenKid: text, privateKeyPem: text }),
  },
});
const TLS = record({ caPem: text, certificatePem: text, keyPem: text });

/**
 * Opens the folder, and makes it if it is not there.
 *
 * @throws {@link EmulatorError} INVALID_OPTION if it holds other people's files, DATA_IN_USE, INVALID_DATA naming a file that cannot be read
 */
export function openDataDirectory(given: string): DataDirectory {
  const path = resolve(given);
  prepare(path);
  const file = (name: keyof typeof FILES): string => join(path, FILES[name]);
  const release = lockDirectory(file('lock'));
  try {
    for (const name of readdirSync(path)) {
      if (UNFINISHED.test(name)) rmSync(join(path, name), { force: true });
      else if (process.platform !== 'win32') chmodSync(join(path, name), 0o600);
    }
    if (!existsSync(join(path, GIT_IGNORE))) writePrivateFile(join(path, GIT_IGNORE), '*\n');
    const accounts = readAccounts(file('accounts'));
    let keys = (read(file('keys'), KEYS) as { readonly keys: readonly KeptKey[] } | undefined)?.keys ?? [];
    for (const { privateKeyPem } of keys) {
      if (!parses(() => createRsaKey(privateKeyPem)))
        throw damaged(file('keys'), 'It holds a key that cannot be read.');
    }
    const tls = read(file('tls'), TLS) as TlsIdentity | undefined;
    if (tls !== undefined && !parses(() => readIdentity(tls))) {
      throw damaged(file('tls'), 'It holds a certificate or key that cannot be read.');
    }
    return {
      path,
      account: (accountId) => accounts.get(accountId),
      keepAccount: (accountId, account) => {
        const previous = accounts.get(accountId);
        accounts.set(accountId, account);
        try {
          writeJson(file('accounts'), { accounts: Object.fromEntries(accounts) });
        } catch (error) {
          if (previous === undefined) accounts.delete(accountId);
          else accounts.set(accountId, previous);
          throw error;
        }
      },
      keys: () => keys,
      keepKeys: (changed) => {
        writeJson(file('keys'), { keys: changed });
        keys = changed;
      },
      tls: () => tls,
      keepTls: (identity) => {
        if (identity !== tls) writeJson(file('tls'), identity);
        // Derived from the other, so that the two cannot disagree for longer than one run.
        if (!existsSync(file('ca')) || readFileSync(file('ca'), 'utf8') !== identity.caPem)
          writePrivateFile(file('ca'), identity.caPem);
        return file('ca');
      },
      close: release,
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** A folder that holds anything else is left alone: somebody gave the wrong one, and its files would get our modes. */
function prepare(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) mkdirSync(path, { recursive: true, mode: 0o700 });
  else if (!stat.isDirectory()) throw new EmulatorError('INVALID_OPTION', `"dataDirectory": ${path} is not a folder.`);
  const own: readonly string[] = [...Object.values(FILES), GIT_IGNORE];
  const foreign = readdirSync(path).find((name) => !own.includes(name) && !UNFINISHED.test(name));
  if (foreign !== undefined) {
    throw new EmulatorError(
      'INVALID_OPTION',
      `"dataDirectory": ${path} holds other files (${foreign}); the emulator needs a folder of its own.`,
    );
  }
  if (process.platform !== 'win32') chmodSync(path, 0o700);
}

function readAccounts(path: string): Map<string, KeptAccount> {
  const kept = read(path, ACCOUNTS) as { readonly accounts: Readonly<Record<string, KeptAccount>> } | undefined;
  const accounts = new Map(Object.entries(kept?.accounts ?? {}));
  for (const { apps } of accounts.values()) {
    for (const { installation } of apps) {
      try {
        parseAppInstallation(installation);
      } catch (error) {
        throw damaged(path, error instanceof Error ? error.message : String(error));
      }
    }
  }
  return accounts;
}

function read(path: string, schema: JsonSchema): unknown {
  if (!existsSync(path)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    // What the parser quotes of the file may be a secret.
    throw damaged(path, error instanceof SyntaxError ? 'It is not JSON.' : 'It cannot be opened.');
  }
  const mismatch = mismatchOf(schema, value);
  if (mismatch !== undefined) throw damaged(path, mismatch);
  return value;
}

function parses(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

function createRsaKey(pem: string): void {
  if (createPrivateKey(pem).asymmetricKeyType !== 'rsa') throw new Error('It is no RSA key.');
}

function readIdentity({ caPem, certificatePem, keyPem }: TlsIdentity): void {
  const certificate = new X509Certificate(certificatePem);
  if (!certificate.checkIssued(new X509Certificate(caPem)) || !certificate.checkPrivateKey(createPrivateKey(keyPem))) {
    throw new Error('Certificate, key and authority do not belong together.');
  }
}

/** The error for a file that was changed by somebody else, or by a failing disk. */
function damaged(path: string, reason: string): EmulatorError {
  return new EmulatorError(
    'INVALID_DATA',
    `${path} is damaged. ${reason} Repair it, or delete it to begin without it.`,
  );
}

function writeJson(path: string, value: unknown): void {
  writePrivateFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
