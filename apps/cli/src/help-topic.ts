import type { Command } from 'commander';

/**
 * The command line with the help that it asks for put as `--help`: commander's `help` looks no further than one word, and
 * would answer `lpfn help functions list` with the help of `functions`. What is no such question is given back as it is.
 *
 * @param program - with all its commands.
 * @param args - of the program.
 */
export function withHelpTopic(program: Command, args: readonly string[]): readonly string[] {
  const at = args.indexOf('help');
  const before = args.slice(0, at);
  const group = groupOf(program, before.filter(isWord));
  const topic = args.slice(at + 1).filter(isWord);
  if (at === -1 || isValue(program, before) || group === undefined || topic.length < 2) return args;
  const flags = args.slice(at + 1).filter((arg) => !isWord(arg));
  const asked = descend(group, topic);
  // Without `help`, it is as wrong as the command itself would be.
  return [...before, ...topic, ...(asked === undefined ? [] : ['--help']), ...flags];
}

function isWord(arg: string): boolean {
  return !arg.startsWith('-');
}

/** `lpfn --profile help …`: a name like any other. */
function isValue(program: Command, before: readonly string[]): boolean {
  const last = before.at(-1);
  return program.options.some(
    (option) => option.required && last !== undefined && [option.long, option.short].includes(last),
  );
}

/** The command with commands of its own, which alone can be asked for help. */
function groupOf(program: Command, words: readonly string[]): Command | undefined {
  const command = descend(program, words);
  return command?.commands.length === 0 ? undefined : command;
}

/** The command that the words lead to. What follows a command without further ones is its argument. */
function descend(from: Command, words: readonly string[]): Command | undefined {
  const [word, ...rest] = words;
  if (word === undefined || from.commands.length === 0) return from;
  const child = from.commands.find((command) => command.name() === word || command.aliases().includes(word));
  return child === undefined ? undefined : descend(child, rest);
}
