import { type Command, CommanderError } from 'commander';
import type { Runner } from './command-context.ts';
import { createProgram } from './program.ts';
import { readEnvironment } from './settings/environment.ts';
import { createSettings } from './settings/settings.ts';
import { EXIT } from './terminal/exit-code.ts';
import { listenForInterrupt } from './terminal/interrupt.ts';
import { createOutput } from './terminal/output.ts';
import { UsageError } from './terminal/usage-error.ts';
import { wantedForm } from './wanted-form.ts';

/** Runs the command that the process was started with, prints its answer and sets the exit code. */
export async function run(): Promise<void> {
  const runner: Runner = async (flags, handler) => {
    const interrupt = listenForInterrupt();
    try {
      const environment = readEnvironment();
      const settings = createSettings(flags, environment);
      const answer = await handler({ flags, environment, settings, output, signal: interrupt.signal });
      if (answer !== undefined) output.answer(answer);
    } finally {
      interrupt.dispose();
    }
  };
  const program = createProgram(runner);
  const form = wantedForm(program, process.argv.slice(2));
  const output = createOutput(form);
  for (const command of allCommands(program)) {
    command.exitOverride();
    if (form.json) command.configureOutput({ writeErr: () => undefined });
  }
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
      if (form.json) output.fail(new UsageError(error.message.replace(/^error: /, '')));
      process.exitCode = EXIT.usage;
    }
  }
}

function allCommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}
