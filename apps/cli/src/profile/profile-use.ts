import type { CommandContext } from '../command-context.ts';
import type { Answer } from '../terminal/output.ts';

/** `lpfn profile use NAME`. */
export async function profileUse({ profiles, output }: CommandContext, name: string): Promise<Answer> {
  await profiles.use(name);
  output.say(`${name} is the current profile now.`);
  return { result: { current: name }, text: '' };
}
