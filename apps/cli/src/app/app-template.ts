import { adviseOnAppInstallation, type AppInstallation, findAppInstallationProblems } from '@lp-functions/emulator';
import { DEFAULT_REDIRECT_URI } from '../login/redirect-uri.ts';
import type { GlobalFlags } from '../settings/global-flags.ts';
import type { Answer, Output } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Flags of `lpfn app template`. */
export interface AppTemplateFlags extends GlobalFlags {
  readonly grant: 'client_credentials' | 'authorization_code';
  readonly name?: string | undefined;
  readonly displayName?: string | undefined;
  readonly description?: string | undefined;
  readonly redirectUri?: readonly string[] | undefined;
  readonly scope: string;
  readonly logoUri?: string | undefined;
}

/** `lpfn app template`: App Installation JSON for calling functions, as LivePerson's own templates have it. */
export function appTemplate(output: Output, flags: AppTemplateFlags): Answer {
  const { grant, redirectUri } = flags;
  const asUsers = grant === 'authorization_code';
  if (!asUsers && redirectUri !== undefined) {
    throw new UsageError(
      '--redirect-uri is for apps that users log in to',
      'Add --grant authorization_code, or leave it out: an app that calls as itself is never come back to.',
    );
  }
  const installation: AppInstallation = {
    client_name: flags.name ?? (asUsers ? 'lpfn-user-login' : 'lpfn-machine-to-machine'),
    ...(flags.displayName === undefined ? {} : { display_name: flags.displayName }),
    ...(flags.description === undefined ? {} : { description: flags.description }),
    // Without the second a login ends with its first access token.
    grant_types: asUsers ? ['authorization_code', 'refresh_token'] : ['client_credentials'],
    response_types: [asUsers ? 'code' : 'token'],
    ...(asUsers ? { redirect_uris: redirectUri ?? [DEFAULT_REDIRECT_URI] } : {}),
    scope: flags.scope,
    ...(flags.logoUri === undefined ? {} : { logo_uri: flags.logoUri }),
  };
  const [first] = findAppInstallationProblems(installation);
  if (first !== undefined) throw new UsageError(`${first.path}: ${first.message}`);
  for (const { path, message } of adviseOnAppInstallation(installation)) output.say(`advice: ${path}: ${message}`);
  return { result: installation, text: JSON.stringify(installation, undefined, 2) };
}
