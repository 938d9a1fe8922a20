import type { Command } from 'commander';
import type { Answer } from '../terminal/output.ts';
import { bashScript } from './bash-script.ts';
import { type CommandNode, commandTree } from './command-tree.ts';
import { fishScript } from './fish-script.ts';
import type { Shell } from './shell.ts';
import { zshScript } from './zsh-script.ts';

const SCRIPTS: Readonly<Record<Shell, (tree: CommandNode) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** `lpfn completion SHELL`: from the program's own definition, so that it never lags behind. */
export function completion(program: Command, shell: Shell): Answer {
  const script = SCRIPTS[shell](commandTree(program));
  return { result: { shell, script }, text: script };
}
