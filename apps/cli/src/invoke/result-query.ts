import jmespath from 'jmespath';
import { UsageError } from '../terminal/usage-error.ts';

/** The library has it, its types have not. */
const { compile } = jmespath as typeof jmespath & { compile(expression: string): unknown };

/** Takes a part out of a result. */
export type ResultQuery = (result: unknown) => unknown;

/** The function ran, and the query does not fit what it returned. */
export class QueryFailedError extends Error {
  readonly code = 'QUERY_FAILED';
  readonly hint = 'The function ran. Without --query its result is printed as it is; --json shows it with this error.';
  readonly result: unknown;
  readonly requestId: string | undefined;

  constructor(reason: string, result: unknown, requestId: string | undefined) {
    super(`--query does not fit the result: ${reason}`);
    this.name = 'QueryFailedError';
    this.result = result;
    this.requestId = requestId;
  }

  /** What happened, with the result: it was paid for. */
  toJSON(): Record<string, unknown> {
    const { name, message, code, hint, result } = this;
    return { name, message, code, hint, executed: 'yes', result: result ?? null };
  }
}

const SYNTAX = 'It is written in JMESPath: items[0].price, items[?ok].id, length(@).';

/**
 * Reads a JMESPath expression. Whatever can be known without a result is found now, before anything is sent.
 *
 * @param expression - value of `--query`.
 * @throws UsageError
 */
export function readQuery(expression: string): ResultQuery {
  try {
    for (const name of functionsOf(compile(expression))) requireFunction(name);
  } catch (error) {
    throw new UsageError(`--query ${JSON.stringify(expression)} cannot be read: ${(error as Error).message}`, SYNTAX);
  }
  // The library finds methods where data has no such field: what comes back is data, or nothing.
  return (result) => {
    // It can be a function, of which JSON has nothing.
    const json = JSON.stringify(jmespath.search(result ?? null, expression)) as string | undefined;
    return json === undefined ? null : (JSON.parse(json) as unknown);
  };
}

/**
 * Applies a query to what a function returned.
 *
 * @throws QueryFailedError
 */
export function applyQuery(query: ResultQuery | undefined, result: unknown, requestId?: string): unknown {
  if (query === undefined) return result;
  try {
    return query(result);
  } catch (error) {
    throw new QueryFailedError((error as Error).message.replace(/^TypeError: /, ''), result, requestId);
  }
}

/** Names of the functions that are called anywhere in a compiled expression. */
function functionsOf(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(functionsOf);
  if (typeof node !== 'object' || node === null) return [];
  const { type, name, ...rest } = node as { readonly type?: unknown; readonly name?: unknown };
  const own = type === 'Function' && typeof name === 'string' ? [name] : [];
  return [...own, ...Object.values(rest).flatMap(functionsOf)];
}

/** The library looks a function up only when it gets there. */
function requireFunction(name: string): void {
  try {
    jmespath.search([], `${name}()`);
  } catch (error) {
    if ((error as Error).message.startsWith('Unknown function')) throw error;
  }
}
