import type { Command } from 'commander';
import type { Runner } from '../command-context.ts';
import { type GlobalFlags, withGlobalFlags } from '../settings/global-flags.ts';
import { VERSION } from '../version.ts';
import { versionFacts } from './version-facts.ts';

/** `lpfn version`. */
export function addVersionCommand(program: Command, run: Runner): void {
  withGlobalFlags(program.command('version'))
    .description('Print the version; with --json, also what it runs on.')
    .action((flags: GlobalFlags) => run(flags, () => Promise.resolve({ result: versionFacts(), text: VERSION })));
}
