import { type Command, CommanderError } from 'commander';
import type { Runner } from './command-context.ts';
import { createProgram } from './program.ts';
import { readEnvironment } from './settings/environment.ts';
import { EXIT, type ExitCode, exitCodeOf } from './terminal/exit-code.ts';
import { listenForInterrupt } from './terminal/interrupt.ts';
import { createOutput } from './terminal/output.ts';
import { UsageError } from './terminal/usage-error.ts';
import { wantedForm } from './wanted-form.ts';

/** What a run may end with when the hosts that it was given are no longer right. */
const PERHAPS_THE_HOSTS: ReadonlySet<ExitCode> = new Set([
  EXIT.authentication,
  EXIT.discovery,
  EXIT.refused,
  EXIT.unavailable,
  EXIT.timeout,
]);

/** Runs the command that the process was started with, prints its answer and sets the exit code. */
export async function run(): Promise<void> {
  const environment = readEnvironment();
  const runner: Runner = async (flags, handler) => {
    const interrupt = listenForInterrupt();
    try {
      const { openSettings } = await import('./settings/open-settings.ts');
      const attended = process.stdin.isTTY && process.stderr.isTTY && flags.input !== false;
      const surroundings = { flags, environment, output, attended, signal: interrupt.signal };
      const opened = openSettings(surroundings);
      try {
        const answer = await handler({ ...opened, ...surroundings });
        if (answer !== undefined) output.answer(answer);
      } catch (error) {
        if (PERHAPS_THE_HOSTS.has(exitCodeOf(error))) await opened.hosts.distrust();
        throw error;
      }
    } finally {
      interrupt.dispose();
    }
  };
  const program = createProgram(runner);
  const form = wantedForm(program, process.argv.slice(2));
  const output = createOutput({ ...form, color: environment });
  for (const command of allCommands(program)) {
    command.exitOverride();
    if (form.json) command.configureOutput({ writeErr: () => undefined });
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // Whoever reads may stop reading, as head does. Anything else, such as a full disk, has lost the answer; a command that has
      // noticed it has said so with a code of its own.
      if (error.code !== 'EPIPE') process.exitCode ??= EXIT.internal;
    });
  }
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) output.fail(error);
    else if (error.exitCode !== 0) {
      // commander has printed it already, unless JSON was asked for.
      if (form.json) output.fail(usageErrorOf(error));
      process.exitCode = EXIT.usage;
    }
  }
}

/** What commander says on several lines: the mistake, and what may have been meant. */
function usageErrorOf({ code, message }: CommanderError): UsageError {
  if (code === 'commander.help') return new UsageError('no command was given', 'See "lpfn --help".');
  const [mistake = '', suggestion] = message.replace(/^error: /, '').split('\n');
  return new UsageError(mistake, suggestion?.replace(/^\(|\)$/g, ''));
}

function allCommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}
