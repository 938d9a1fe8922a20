import type { CommandContext } from '../command-context.ts';
import type { IdentityFlags } from '../settings/global-flags.ts';
import { CommandError } from '../terminal/command-error.ts';
import { EXIT } from '../terminal/exit-code.ts';
import type { Answer } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';
import type { CheckResult } from './check-result.ts';
import { checkText } from './check-text.ts';
import { walkStages } from './walk.ts';

/** Flags of `lpfn doctor`. */
export interface DoctorFlags extends IdentityFlags {
  /** UUID or name. */
  readonly function?: string | undefined;
  readonly event?: string | undefined;
  readonly invoke?: boolean | undefined;
  readonly redirectUri?: string | undefined;
}

/** `lpfn doctor`: walks through everything that a call needs, and says where it would fail. */
export async function doctor(context: CommandContext, flags: DoctorFlags): Promise<Answer> {
  if (flags.invoke === true && flags.function === undefined) {
    throw new UsageError('--invoke runs the function that --function names', 'Add --function UUID.');
  }
  const { output } = context;
  const { interactive: symbols, colors } = output;
  const screen = { symbols, colors, columns: symbols ? process.stdout.columns : undefined };
  const checks: CheckResult[] = [];
  for await (const check of walkStages(context, flags)) {
    checks.push(check);
    // One after the other, since some take their time.
    if (flags.json !== true) output.print(checkText(check, screen));
  }
  const first = checks.find(({ status }) => status === 'failed');
  if (first === undefined) return { result: { checks }, text: 'Nothing stands in the way of a call.' };
  throw new CommandError(
    'CHECK_FAILED',
    `the first stage to mend is ${first.stage}: ${first.saw}`,
    first.advice,
    { stage: first.stage, checks },
    first.exitCode ?? EXIT.internal,
  );
}
