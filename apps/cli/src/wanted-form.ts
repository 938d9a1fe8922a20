import type { Command } from 'commander';

/** In which form a run is to answer. */
export interface WantedForm {
  readonly json: boolean;
  readonly quiet: boolean;
}

/**
 * In which form the run is to answer, also when the command line has a mistake: flags that stand where a flag stands, not as the value
 * of another and not behind `--`.
 *
 * @param program - knows which flags take a value.
 * @param args - the command line without node and script.
 */
export function wantedForm(program: Command, args: readonly string[]): WantedForm {
  let command = program;
  const given = new Set<string>();
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (arg === '--') break;
    if (!arg.startsWith('-')) {
      command = command.commands.find((known) => known.name() === arg || known.aliases().includes(arg)) ?? command;
      continue;
    }
    given.add(arg);
    const option = command.options.find(({ long, short }) => long === arg || short === arg);
    if (option?.required === true) at += 1;
  }
  return { json: given.has('--json'), quiet: given.has('--quiet') || given.has('-q') };
}
