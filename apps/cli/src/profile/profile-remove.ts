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
  const { profiles, current: before } = await file.read();
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
  const after = await file.read();
  const current = after.profiles[after.current] === undefined ? null : after.current;
  const next =
    current === null
      ? `There is no current profile now: "lpfn profile use NAME" makes one the current one.`
      : `The current profile is ${current}.`;
  output.say(`Profile ${name} is removed.${name === before || current === null ? ` ${next}` : ''}`);
  return { result: { removed: name, current }, text: '' };
}
