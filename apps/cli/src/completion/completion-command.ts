import { Argument, type Command } from 'commander';
import type { Runner } from '../command-context.ts';
import { type GlobalFlags, withGlobalFlags } from '../settings/global-flags.ts';
import { type Shell, SHELLS } from './shell.ts';

/** `lpfn completion`. */
export function addCompletionCommand(program: Command, run: Runner): void {
  withGlobalFlags(program.command('completion'))
    .description('Print a script that lets a shell complete commands, flags and profiles.')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText('after', NOTES)
    .action((shell: Shell, flags: GlobalFlags) =>
      run(flags, async () => (await import('./completion.ts')).completion(program, shell)),
    );
}

const NOTES = `
Load it where the shell starts:
  bash   source <(lpfn completion bash)            in ~/.bashrc
  zsh    source <(lpfn completion zsh)             in ~/.zshrc, after compinit
  fish   lpfn completion fish | source             in ~/.config/fish/config.fish`;
