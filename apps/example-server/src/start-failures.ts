import { isConfigurationError } from '@lp-functions/client';
import { SettingsError } from './settings.ts';

/** Which variable an option of the packages comes from. */
const VARIABLES: Readonly<Record<string, string>> = {
  accountId: 'LPFN_ACCOUNT_ID',
  clientId: 'LPFN_CLIENT_ID',
  clientSecret: 'LPFN_CLIENT_SECRET',
  discoveryUrl: 'LPFN_DISCOVERY_URL',
  encryptionKeys: 'LPFN_QUEUE_KEYS',
};
const PROXY_PROBLEM = 'HTTPS_PROXY and HTTP_PROXY must be http: or https: URLs';

/** What it means that a server cannot listen, by the code of the system. */
const LISTENING: Readonly<Record<string, string>> = {
  EACCES: 'EXAMPLE_PORT may not be opened by this user',
  EADDRNOTAVAIL: 'EXAMPLE_HOST is not an address of this machine',
  ENOTFOUND: 'EXAMPLE_HOST is not an address of this machine',
  EAI_AGAIN: 'EXAMPLE_HOST is not an address of this machine',
};

const FOLDER: Readonly<Record<string, string>> = {
  ENOTDIR: 'is not a folder, or lies in something that is none',
  EEXIST: 'is not a folder',
  EACCES: 'may not be used by this user',
  EPERM: 'may not be used by this user',
  EROFS: 'lies where nothing can be written',
  ENOSPC: 'lies on a disk that is full',
};

/**
 * Puts what kept the server from starting into terms of its settings.
 *
 * @param error - what starting it threw.
 * @returns `undefined` if no setting is to blame.
 */
export function settingsErrorOf(error: unknown): SettingsError | undefined {
  if (error instanceof SettingsError) return error;
  const problem = isConfigurationError(error) ? optionProblem(error.message) : systemProblem(error);
  return problem === undefined ? undefined : new SettingsError([problem]);
}

/** "createFunctionsClient: accountId must be ..." */
function optionProblem(message: string): string | undefined {
  const [, option = '', problem] = /^(?:\w+: )?(\w+)(?:\.|\[.*\])?(.*)$/s.exec(message) ?? [];
  if (option === 'proxy') return PROXY_PROBLEM;
  const variable = VARIABLES[option];
  return variable === undefined ? undefined : `${variable}${problem ?? ''}`;
}

function systemProblem(error: unknown): string | undefined {
  const { code, syscall, path, port } = (error ?? {}) as Readonly<Record<string, unknown>>;
  if (code === 'EADDRINUSE') return `EXAMPLE_PORT is in use by another program: port ${String(port)}`;
  if (syscall === 'listen' || syscall === 'getaddrinfo') return LISTENING[String(code)];
  const what = FOLDER[String(code)];
  return what === undefined || typeof path !== 'string' ? undefined : `EXAMPLE_DATA_DIRECTORY ${what}: ${path}`;
}
