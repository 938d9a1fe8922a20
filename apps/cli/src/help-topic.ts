import type { Command } from 'commander';

/**
 * The command line with the help that it asks for put as `--help`: commander's `help` looks no further than one word, and
 * would answer `lpfn help functions list` with the help of `functions`. What is no such question is given back as it is.
 *
 * @param program - with all its commands.
 * @param args - of the program.
 */
export function withHelpTopic(program: Command, args: readonly string[]): readonly string[] {
  const words = wordsOf(program, args);
  const help = words.find(({ word }) => word === 'help');
  if (help === undefined) return args;
  const before = words.filter(({ at }) => at < help.at).map(({ word }) => word);
  const topic = words.filter(({ at }) => at > help.at).map(({ word }) => word);
  const group = descend(program, before);
  // Only commands with commands of their own can be asked for help.
  if (group === undefined || group.commands.length === 0 || topic.length < 2) return args;
  const rest = args.toSpliced(help.at, 1);
  // Without `help`, it is as wrong as the command itself would be.
  return descend(group, topic) === undefined ? rest : [...rest, '--help'];
}

/** What is neither a flag nor the value of one that every command has. */
function wordsOf(program: Command, args: readonly string[]): readonly { readonly word: string; readonly at: number }[] {
  const takesValue = (flag: string | undefined): boolean =>
    program.options.some(({ required, long, short }) => required && flag !== undefined && [long, short].includes(flag));
  return args.flatMap((word, at) => (word.startsWith('-') || takesValue(args[at - 1]) ? [] : [{ word, at }]));
}

/** The command that the words lead to. What follows a command without further ones is its argument. */
function descend(from: Command, words: readonly string[]): Command | undefined {
  const [word, ...rest] = words;
  if (word === undefined || from.commands.length === 0) return from;
  const child = from.commands.find((command) => command.name() === word || command.aliases().includes(word));
  return child === undefined ? undefined : descend(child, rest);
}
