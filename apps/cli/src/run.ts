import { type Command, CommanderError } from 'commander';
import type { Runner } from './command-context.ts';
import { commandLineMistake, withoutHelp } from './command-line-mistake.ts';
import { withHelpTopic } from './help-topic.ts';
import { createProgram } from './program.ts';
import { readEnvironment } from './settings/environment.ts';
import { EXIT, type ExitCode, exitCodeOf } from './terminal/exit-code.ts';
import { listenForInterrupt } from './terminal/interrupt.ts';
import type { OutputWatch } from './terminal/lost-output.ts';
import { createOutput } from './terminal/output.ts';
import { versionFacts } from './version/version-facts.ts';
import { wantedForm } from './wanted-form.ts';

/** What a run may end with when the hosts that it was given are no longer right. */
const PERHAPS_THE_HOSTS: ReadonlySet<ExitCode> = new Set([
  EXIT.authentication,
  EXIT.discovery,
  EXIT.refused,
  EXIT.unavailable,
  EXIT.timeout,
]);

/**
 * Runs the command that the process was started with, prints its answer and sets the exit code.
 *
 * @param watch - of stdout and stderr.
 */
export async function run(watch: OutputWatch): Promise<void> {
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
  const args = process.argv.slice(2);
  const form = wantedForm(program, args);
  const output = createOutput({ ...form, color: environment, watch });
  const printed = { out: '', err: '' };
  let at = program;
  for (const command of allCommands(program)) {
    command.exitOverride((error) => {
      at = command;
      throw error;
    });
    command.configureOutput({
      // Said below, as all other mistakes are.
      outputError: () => undefined,
      writeErr: (text) => {
        printed.err += text;
      },
      writeOut: (text) => {
        printed.out += text;
      },
    });
  }

  /** Parses, and ends as commander wants to: by an error, also if it has only helped. */
  async function parse(words: readonly string[]): Promise<void> {
    try {
      await program.parseAsync(words, { from: 'user' });
    } catch (error) {
      if (!(error instanceof CommanderError)) output.fail(error);
      else if (error.exitCode === 0) {
        const result = error.code === 'commander.version' ? versionFacts() : { help: printed.out };
        output.answer({ result, text: printed.out.trimEnd() });
      } else {
        const wrong = error.code === 'commander.help' ? withoutHelp(words, at) : undefined;
        if (wrong !== undefined) await parse(wrong);
        else if (error.code === 'commander.help' && !form.json) {
          process.exitCode = EXIT.usage;
          process.stderr.write(printed.err);
        } else output.fail(commandLineMistake(error, at));
      }
    }
  }

  await parse(withHelpTopic(program, args));
}

function allCommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}
