import type { CommandContext } from '../command-context.ts';
import type { GlobalFlags } from '../settings/global-flags.ts';
import { ProfileUnknownError } from '../settings/profiles.ts';
import { secretOfProfile } from '../settings/settings.ts';
import type { Answer } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Flags of `lpfn profile remove`. */
export interface ProfileRemoveFlags extends GlobalFlags {
  readonly force?: boolean | undefined;
}

/** `lpfn profile remove NAME`: the profile, and its secret if no other profile is of the same app. */
export async function profileRemove(
  { profiles: file, secrets, output }: CommandContext,
  name: string,
  { force }: ProfileRemoveFlags,
): Promise<Answer> {
  const { profiles } = await file.read();
  const profile = profiles[name];
  if (profile === undefined) throw new ProfileUnknownError(name, Object.keys(profiles));
  if (profile.auth === 'user' && force !== true) {
    throw new UsageError(
      `the user of profile ${name} is still logged in`,
      `Log out first ("lpfn logout --profile ${name}"), or say --force and leave the tokens to run out.`,
    );
  }
  const key = secretOfProfile(profile);
  const shared = Object.entries(profiles).some(([other, fields]) => other !== name && secretOfProfile(fields) === key);
  await file.remove(name);
  if (!shared) await secrets.delete(key);
  output.say(`Profile ${name} is removed.`);
  return { result: { removed: name }, text: '' };
}
