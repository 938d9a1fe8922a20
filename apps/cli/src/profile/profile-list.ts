import type { CommandContext } from '../command-context.ts';
import { secretOfProfile } from '../settings/settings.ts';
import { PROFILE_FIELDS } from '../settings/profiles.ts';
import type { Answer } from '../terminal/output.ts';
import { tableText } from '../terminal/table.ts';

/** `lpfn profile list`. */
export async function profileList({ profiles: file, secrets, output }: CommandContext): Promise<Answer> {
  const { current, profiles } = await file.read();
  const list = await Promise.all(
    Object.entries(profiles).map(async ([name, profile]) => ({
      name,
      current: name === current,
      ...Object.fromEntries(PROFILE_FIELDS.map((field) => [field, profile[field] ?? null])),
      secret: (await secrets.locate(secretOfProfile(profile))) ?? null,
    })),
  );
  if (list.length === 0) output.say('There are no profiles yet. "lpfn profile add NAME" makes one.');
  const rows = Object.entries(profiles).map(([name, { accountId = '-', clientId = '-', auth = 'app' }]) => [
    name === current ? '*' : ' ',
    name,
    accountId,
    clientId,
    auth,
  ]);
  return { result: { current, profiles: list }, text: tableText(rows, output.interactive) };
}
