import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  findAppInstallationProblems,
  parseAppInstallation,
  refuseProblems,
  type AppInstallation,
  type AppInstallationProblem,
} from './app-installation.ts';
import { EmulatorError } from './emulator-error.ts';
import type { GivenCredentials } from './installed-apps.ts';

/** App Installation JSON, with the credentials that it was written down with. */
export interface AppFromFile extends GivenCredentials {
  readonly installation: AppInstallation;
}

/**
 * Reads apps from a file of App Installation JSON, one object or an array, or from every `.json` file of a folder.
 *
 * @throws {@link EmulatorError} INVALID_APP_INSTALLATION naming file and every field that is wrong
 */
export function readAppFiles(path: string): readonly AppFromFile[] {
  if (!statSync(path).isDirectory()) return readAppFile(path);
  return readdirSync(path)
    .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
    .sort()
    .flatMap((name) => readAppFile(join(path, name)));
}

/**
 * Takes `client_id` and `client_secret` out of App Installation JSON: what installing an app results in, written beside what it was installed with.
 *
 * @see RFC 7591 section 3.2.1, which answers a registration in this form
 * @throws {@link EmulatorError} INVALID_APP_INSTALLATION naming every field that is wrong
 */
export function parseAppWithCredentials(json: unknown): AppFromFile {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return { installation: parseAppInstallation(json) };
  }
  const {
    client_id: clientId,
    client_secret: clientSecret,
    ...installation
  } = json as Readonly<Record<string, unknown>>;
  refuseProblems([
    ...findAppInstallationProblems(installation),
    ...problemsOfCredential(clientId, 'client_id'),
    ...problemsOfCredential(clientSecret, 'client_secret'),
  ]);
  return {
    installation: installation as unknown as AppInstallation,
    clientId: clientId as string | undefined,
    clientSecret: clientSecret as string | undefined,
  };
}

function readAppFile(path: string): readonly AppFromFile[] {
  try {
    const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return (Array.isArray(json) ? json : [json]).map(parseAppWithCredentials);
  } catch (error) {
    // What a JSON parser quotes of the file may be a secret.
    const reason = error instanceof EmulatorError ? error.message : 'It is not JSON.';
    throw new EmulatorError('INVALID_APP_INSTALLATION', `${basename(path)}: ${reason}`);
  }
}

function problemsOfCredential(value: unknown, field: string): readonly AppInstallationProblem[] {
  if (value === undefined || (typeof value === 'string' && value !== '')) return [];
  return [{ path: field, message: `"${field}" must be a string that is not empty` }];
}
