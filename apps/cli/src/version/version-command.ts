import type { Command } from 'commander';
import type { Runner } from '../command-context.ts';
import { type GlobalFlags, withGlobalFlags } from '../settings/global-flags.ts';
import { VERSION } from '../version.ts';

/** `lpfn version`. */
export function addVersionCommand(program: Command, run: Runner): void {
  withGlobalFlags(program.command('version'))
    .description('Print the version; with --json, also what it runs on.')
    .action((flags: GlobalFlags) =>
      run(flags, () => {
        const { versions, platform, arch } = process;
        const result = { version: VERSION, node: versions.node, platform, arch };
        return Promise.resolve({ result, text: VERSION });
      }),
    );
}
