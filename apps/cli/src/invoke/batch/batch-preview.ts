import { randomUUID } from 'node:crypto';
import type { InvocationOptions } from '@lp-functions/client';
import type { CommandContext } from '../../command-context.ts';
import type { Answer } from '../../terminal/output.ts';
import { noteOn, previewRequest } from '../invocation-preview.ts';
import type { Wanted } from '../invoke-flags.ts';
import { lineHeaders } from './batch-call.ts';
import type { BatchInput } from './batch-input.ts';
import { numberText } from './progress-text.ts';

/** `lpfn invoke --batch --dry-run`: checks every line, and shows the first call. Nothing leaves this machine, no file is written. */
export async function previewBatch(
  context: CommandContext,
  wanted: Wanted,
  call: InvocationOptions,
  input: BatchInput,
  lines: number | undefined,
): Promise<Answer> {
  const requestId = randomUUID();
  let first: unknown = null;
  for await (const { line, payload, problem } of input.items()) {
    if (problem !== undefined) continue;
    const options = { ...call, headers: lineHeaders(call, randomUUID(), line), requestId };
    first = await previewRequest(context, wanted, payload, options);
    break;
  }
  input.stop();
  const many = lines === undefined ? '' : ` There are ${numberText(lines)} lines to send; this is the first.`;
  context.output.say(`Nothing was sent.${many} ${await noteOn(context)}`);
  return { result: { lines: lines ?? null, first }, requestId };
}
