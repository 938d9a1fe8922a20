import { CommanderError } from 'commander';
import { EXIT } from './exit-code.ts';
import { createOutput } from './output.ts';
import { createProgram } from './program.ts';
import { UsageError } from './usage-error.ts';

/** Runs the command that the process was started with, prints its answer and sets the exit code. */
export async function run(): Promise<void> {
  // Before anything is parsed, so that a mistake in the command line is answered in the form that was asked for.
  const json = process.argv.includes('--json');
  const output = createOutput({ json });
  const program = createProgram((answer) => output.answer(answer)).exitOverride();
  for (const command of program.commands) command.exitOverride();
  if (json)
    for (const command of [program, ...program.commands]) command.configureOutput({ writeErr: () => undefined });
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // Whoever reads may stop reading, as head does. Anything else, such as a full disk, has lost the answer.
      if (error.code !== 'EPIPE') process.exitCode = EXIT.internal;
    });
  }
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) output.fail(error);
    else if (error.exitCode !== 0) {
      // commander has printed it already, unless JSON was asked for.
      if (json) output.fail(new UsageError(error.message.replace(/^error: /, '')));
      process.exitCode = EXIT.usage;
    }
  }
}
