import { ConfigurationError, FaaSDetailedError } from '@lp-functions/errors';
import { type HttpAnswer, safeCause } from '@lp-functions/http';
import type { RefusedCall } from './gateway-refusal.ts';
import { pathText } from './payload-path.ts';
import type { Schema, SchemaAnswer, SchemaIssue } from './standard-schema.ts';

/**
 * Validates a payload before anything is sent.
 *
 * @returns what the validator made of it: that is what is sent.
 * @throws {@link ConfigurationError} INVALID_OPTION, naming the path of what is wrong.
 */
export async function checkPayload(payload: unknown, schema: Schema): Promise<unknown> {
  const { answer, thrown } = await ask(schema, payload);
  if (answer !== undefined && answer.issues === undefined) return answer.value;
  const first = answer?.issues[0];
  const option = pathText(['payload', ...keysOf(first)]);
  throw new ConfigurationError(
    thrown === undefined
      ? `${option} does not fit its schema: ${messageOf(first)}${others(answer)}`
      : 'payload could not be validated: its schema threw',
    {
      code: 'INVALID_OPTION',
      option,
      hint: 'Nothing was sent.',
      ...(thrown === undefined ? {} : { cause: safeCause(thrown.error) }),
    },
  );
}

/**
 * Validates what a function returned.
 *
 * @returns what the validator made of it.
 * @throws {@link FaaSDetailedError} RESULT_MISMATCH; its `result`, which is not enumerable, is what came.
 */
export async function checkResult(
  result: unknown,
  schema: Schema,
  answered: HttpAnswer,
  refused: () => RefusedCall,
): Promise<unknown> {
  const { answer, thrown } = await ask(schema, result);
  if (answer !== undefined && answer.issues === undefined) return answer.value;
  const { context, platform } = refused();
  const { status, attempts, scrub } = answered;
  const first = answer?.issues[0];
  const where = pathText(['result', ...keysOf(first)]);
  const what =
    thrown === undefined
      ? `${where} does not fit its schema: ${messageOf(first)}${others(answer)}`
      : 'result could not be validated: its schema threw';
  throw new FaaSDetailedError(scrub(`${context.operation} ${context.target}: the function ran, but its ${what}`), {
    ...context,
    code: 'RESULT_MISMATCH',
    fault: 'function',
    status,
    attempts,
    platform,
    executed: 'yes',
    result,
    hint: 'Correct the function or the schema; error.result is what came.',
    ...(thrown === undefined ? {} : { cause: safeCause(thrown.error, scrub) }),
  });
}

interface Asked {
  readonly answer?: SchemaAnswer<unknown> | undefined;
  readonly thrown?: { readonly error: unknown } | undefined;
}

async function ask(schema: Schema, value: unknown): Promise<Asked> {
  try {
    return { answer: await schema['~standard'].validate(value) };
  } catch (error) {
    return { thrown: { error } };
  }
}

function keysOf(issue: SchemaIssue | undefined): readonly string[] {
  return (issue?.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
}

const MAX_MESSAGE = 500;

function messageOf(issue: SchemaIssue | undefined): string {
  if (issue === undefined) return 'the validator gave no reason';
  // Some validators quote the value, which is nothing for a log.
  return issue.message
    .slice(0, MAX_MESSAGE)
    .replace(/"(?:[^"\\]|\\.)*"?|'[^']*'?/g, '"…"')
    .replace(/(received) -?\d[\d.e+n-]*/gi, '$1 …');
}

function others(answer: SchemaAnswer<unknown> | undefined): string {
  const more = (answer?.issues?.length ?? 0) - 1;
  return more > 0 ? ` (and ${String(more)} more)` : '';
}
