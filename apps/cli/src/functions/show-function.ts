import type { Lambda } from '@lp-functions/client';
import { beginBudget } from '../call-budget.ts';
import type { CommandContext } from '../command-context.ts';
import { openFunctions } from '../connection.ts';
import type { Answer } from '../terminal/output.ts';
import { tableText } from '../terminal/table.ts';
import { findFunction } from './find-function.ts';
import { functionReference } from './function-reference.ts';

/** `lpfn functions show NAME|UUID`. */
export async function showFunction(context: CommandContext, which: string): Promise<Answer> {
  const reference = functionReference(which);
  const functions = await openFunctions(context);
  try {
    const found = await findFunction(functions, reference, beginBudget(context));
    return { result: found, text: tableText(rowsOf(found), context.output.interactive) };
  } finally {
    await functions.close();
  }
}

/** What a person asks first, in this order; the rest as the platform gave it. */
const FIRST = ['name', 'uuid', 'state', 'invocable', 'eventId', 'skills', 'description'];

function rowsOf(lambda: Lambda): readonly (readonly string[])[] {
  const rest = Object.keys(lambda).filter((field) => !FIRST.includes(field));
  return [...FIRST, ...rest].filter((field) => !isEmpty(lambda[field])).map((field) => [field, cell(lambda[field])]);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** In one line: a table has nothing else. */
function cell(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replaceAll(/\s+/g, ' ');
}
