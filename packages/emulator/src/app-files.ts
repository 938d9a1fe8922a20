import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseAppInstallation, type AppInstallation } from './app-installation.ts';
import { EmulatorError } from './emulator-error.ts';
import type { GivenCredentials } from './installed-apps.ts';

/** App Installation JSON, with the credentials that it was written down with. */
export interface AppFromFile extends GivenCredentials {
  readonly installation: AppInstallation;
}

/**
 * Reads apps from a file of App Installation JSON, one object or an array, or from every `.json` file of a folder.
 *
 * @throws {@link EmulatorError} INVALID_APP_INSTALLATION naming file and field
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
 * @throws {@link EmulatorError} INVALID_APP_INSTALLATION naming the field
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
  return {
    installation: parseAppInstallation(installation),
    clientId: credential(clientId, 'client_id'),
    clientSecret: credential(clientSecret, 'client_secret'),
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

function credential(value: unknown, field: string): string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw new EmulatorError('INVALID_APP_INSTALLATION', `"${field}" must be a string that is not empty.`);
}
