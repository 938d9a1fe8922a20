import type { Command } from 'commander';
import { withGlobalFlags } from './settings/global-flags.ts';

/**
 * Lets the flags that every command has stand before the command, too: `lpfn --json invoke …`, `lpfn profile --json list`.
 *
 * @param program - with all its commands.
 */
export function allowFlagsBefore(program: Command): void {
  for (const group of groupsOf(program)) withGlobalFlags(group).enablePositionalOptions();
  program.hook('preAction', (_program, command) => {
    for (let group = command.parent; group !== null; group = group.parent) inherit(command, group);
  });
}

function inherit(command: Command, group: Command): void {
  for (const option of group.options) {
    const name = option.attributeName();
    // The nearer one wins.
    if (group.getOptionValueSource(name) !== 'cli' || command.getOptionValueSource(name) === 'cli') continue;
    command.setOptionValueWithSource(name, group.getOptionValue(name), 'cli');
  }
}

function groupsOf(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [] : [command, ...command.commands.flatMap(groupsOf)];
}
