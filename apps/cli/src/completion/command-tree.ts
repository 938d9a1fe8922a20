import type { Command, Option } from 'commander';

/** What can stand somewhere on the command line. */
export type Wanted =
  { readonly kind: 'choice'; readonly choices: readonly string[] } | { readonly kind: 'file' | 'profile' | 'anything' };

/** A flag, with all its spellings. */
export interface FlagNode {
  readonly names: readonly string[];
  readonly description: string;
  /** What follows it; `undefined` if nothing does. */
  readonly value: Wanted | undefined;
}

/** A command, or a group of commands. */
export interface CommandNode {
  /** The words that lead to it: `profile use`; empty for the program. */
  readonly words: readonly string[];
  readonly description: string;
  readonly flags: readonly FlagNode[];
  /** What stands there without a flag. */
  readonly operand: Wanted | undefined;
  readonly commands: readonly CommandNode[];
}

/** Every group has it by itself. */
const HELP = 'help';

/** Placeholders in help that stand for something in the file system. */
const FILES = /^(?:file|dir|folder|path)\b/i;

/**
 * The commands and flags of a program, as it defines them itself.
 *
 * @param command - the program.
 */
export function commandTree(command: Command, words: readonly string[] = []): CommandNode {
  const help = command.createHelp();
  const below = help.visibleCommands(command);
  const names = below.map((child) => child.name()).filter((name) => name !== HELP);
  return {
    words,
    description: firstSentence(command.description()),
    flags: help.visibleOptions(command).map(flagNode),
    operand: operandOf(command, words),
    commands: below.map((child) => {
      const node = commandTree(child, [...words, child.name()]);
      return child.name() === HELP ? { ...node, operand: { kind: 'choice', choices: names } } : node;
    }),
  };
}

/** A tree as a list: every node after the one that it is below. */
export function allNodes(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.commands.flatMap(allNodes)];
}

/** Spellings of the flags that a value follows, in any command: none is spelt alike and takes no value elsewhere. */
export function flagsWithValue(tree: CommandNode): readonly string[] {
  const flags = allNodes(tree).flatMap((node) => node.flags);
  return [...new Set(flags.filter(({ value }) => value !== undefined).flatMap(({ names }) => names))].sort();
}

function flagNode(option: Option): FlagNode {
  const names = [option.long, option.short].filter((name) => name !== undefined);
  return {
    names,
    description: firstSentence(option.description),
    value: option.required ? wantedBy(option) : undefined,
  };
}

function wantedBy(option: Option): Wanted {
  if (option.argChoices !== undefined) return { kind: 'choice', choices: option.argChoices };
  if (option.long === '--profile') return { kind: 'profile' };
  const placeholder = /<(.+?)>/.exec(option.flags)?.[1] ?? '';
  return { kind: FILES.test(placeholder) ? 'file' : 'anything' };
}

function operandOf({ registeredArguments: [first] }: Command, words: readonly string[]): Wanted | undefined {
  if (first === undefined) return undefined;
  if (first.argChoices !== undefined) return { kind: 'choice', choices: first.argChoices };
  if (words[0] === 'profile') return { kind: 'profile' };
  return { kind: FILES.test(first.name()) ? 'file' : 'anything' };
}

/** Menus have room for one line. */
function firstSentence(text: string): string {
  return text.split('\n')[0]?.trim() ?? '';
}
