import type { Command, CommanderError } from 'commander';
import { UsageError } from './terminal/usage-error.ts';

/**
 * What is wrong with the command line, as every other error is told: commander has it on several lines, and in a form of its own.
 *
 * @param error - commander's.
 * @param command - at which it came up.
 */
export function commandLineMistake({ code, message }: CommanderError, command: Command): UsageError {
  const help = `See "${pathOf(command)} --help".`;
  if (code === 'commander.help') return new UsageError('no command was given', help);
  const [mistake = '', suggestion] = message.replace(/^error: /, '').split('\n');
  const meant =
    suggestion?.replace(/^\(|\)$/g, '') ?? (code === 'commander.unknownCommand' ? known(command) : undefined);
  return new UsageError(mistake, meant === undefined ? help : `${meant} ${help}`);
}

/**
 * The command line without `help`, if that was asked about something: `lpfn help nosuch` is as wrong as `lpfn nosuch`.
 *
 * @param args - of the program.
 * @param command - that could not help.
 */
export function withoutHelp(args: readonly string[], { args: own }: Command): readonly string[] | undefined {
  const [help, topic] = own;
  if (help !== 'help' || topic === undefined) return undefined;
  return args.toSpliced(args.indexOf(help), 1);
}

/** A few can be named; of many, help shows more than their names. */
const FEW = 8;

function known(command: Command): string | undefined {
  const names = command.commands.map((child) => child.name());
  return names.length > FEW ? undefined : `There are: ${names.join(', ')}.`;
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
