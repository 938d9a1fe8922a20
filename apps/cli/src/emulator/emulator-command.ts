import { type Command, Option } from 'commander';
import type { Runner } from '../command-context.ts';
import { withGlobalFlags } from '../settings/global-flags.ts';
import { portNumber } from '../terminal/argument-parsers.ts';
import type { EmulatorFlags } from './emulator.ts';

/** `lpfn emulator`. */
export function addEmulatorCommand(program: Command, run: Runner): void {
  withGlobalFlags(program.command('emulator'))
    .description('Run the whole platform on this machine, until Ctrl+C.')
    .option('-p, --port <number>', 'port to listen on, 0 for a free one', portNumber, 4570)
    .option('-f, --functions <dir>', 'folder with functions, as LivePerson’s own CLI lays it out')
    .addOption(new Option('--platform <generation>', 'generation to emulate').choices(['v1', 'v2']).default('v2'))
    .option('--account <id>', 'account id')
    .addOption(
      new Option('--advertise <hosts>', 'host names to answer: this machine’s, or LivePerson’s')
        .choices(['loopback', 'liveperson'])
        .default('loopback'),
    )
    .option('--apps <path>', 'file or folder of App Installation JSON to install')
    .option('--data <dir>', 'folder that keeps apps, users and keys across restarts (default: nothing is kept)')
    .option('--tls', 'answer over TLS on a second port, too')
    .option('--open', 'open the console in a browser')
    .action((flags: EmulatorFlags) =>
      run(flags, async (context) => (await import('./emulator.ts')).emulator(context, flags)),
    );
}
