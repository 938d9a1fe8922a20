import { EVENTS } from '@lp-functions/client';
import type { CommandContext } from '../command-context.ts';
import type { Answer } from '../terminal/output.ts';
import { tableText } from '../terminal/table.ts';

const HEADER = ['EVENT', 'NAME', 'SOURCE', 'FUNCTIONS', 'BY SKILL'];

/** `lpfn events`: what LivePerson publishes about its own events. Asks nobody. */
export function listEvents({ output }: CommandContext): Promise<Answer> {
  const rows = EVENTS.map(({ eventId, displayName, source, maxFunctions, skills }) => [
    eventId,
    displayName,
    source,
    String(maxFunctions),
    skills ? 'yes' : 'no',
  ]);
  const text = tableText(output.interactive ? [HEADER, ...rows] : rows, output.interactive);
  return Promise.resolve({ result: EVENTS, text });
}
