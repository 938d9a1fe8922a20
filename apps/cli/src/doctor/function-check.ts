import { isFaaSDetailedError } from '@lp-functions/errors';
import type { FunctionsClient, Lambda } from '@lp-functions/client';
import { EXIT } from '../terminal/exit-code.ts';
import { type CheckResult, doubtful, failed, failedWith, passed, skipped } from './check-result.ts';

/** Which function to look at, and how. */
export interface WantedFunction {
  /** UUID or name. */
  readonly function?: string | undefined;
  readonly event?: string | undefined;
  /** Runs it, which may have consequences. */
  readonly invoke?: boolean | undefined;
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Looks at one function, or at an event. Nothing is run, unless that was asked for. */
export async function checkFunction(
  functions: FunctionsClient,
  wanted: WantedFunction,
  signal: AbortSignal,
): Promise<CheckResult> {
  const { function: reference, event } = wanted;
  if (event !== undefined) return checkEvent(functions, event, signal);
  if (reference === undefined) {
    return skipped('function', '', 'name one with --function UUID or NAME, or an event with --event ID');
  }
  const tried = `looked for ${reference} in the list of functions`;
  let found: Lambda | undefined;
  try {
    const isUuid = UUID.test(reference);
    const lambdas = await functions.getLambdas(isUuid ? {} : { name: reference }, { signal });
    found = lambdas.find(({ uuid, name }) =>
      isUuid ? uuid.toLowerCase() === reference.toLowerCase() : name === reference,
    );
  } catch (error) {
    const denied = isFaaSDetailedError(error) && (error.code === 'FORBIDDEN' || error.code === 'UNAUTHORIZED');
    if (!denied) return failedWith('function', tried, error);
    if (wanted.invoke === true && UUID.test(reference)) return run(functions, reference, signal);
    return doubtful(
      'function',
      tried,
      'this identity may not list functions',
      'That is usual for apps, and hinders no invocation. Whether it runs is told by running it: add --invoke, with its UUID.',
    );
  }
  if (found === undefined) {
    return failed(
      'function',
      tried,
      'the account has no such function',
      'Check UUID or name and the account; names are case sensitive.',
      EXIT.refused,
    );
  }
  if (!found.invocable) {
    return failed(
      'function',
      tried,
      `${found.name} (${found.uuid}) is there but not deployed: its state is ${found.state}`,
      'Deploy it in LivePerson Functions: until then a call is answered with 404.',
      EXIT.refused,
    );
  }
  if (wanted.invoke === true) return run(functions, found.uuid, signal);
  return passed('function', tried, `${found.name} (${found.uuid}) is ${found.state}; it was not run`);
}

async function run(functions: FunctionsClient, uuid: string, signal: AbortSignal): Promise<CheckResult> {
  const tried = `ran ${uuid} with the payload {}`;
  try {
    const { durationMs } = await functions.invokeByUuid(uuid, {}, { signal });
    return passed('function', tried, `it answered in ${String(Math.round(durationMs))} ms`);
  } catch (error) {
    return failedWith('function', tried, error);
  }
}

async function checkEvent(functions: FunctionsClient, event: string, signal: AbortSignal): Promise<CheckResult> {
  const tried = `asked the gateway whether a function listens to ${event}`;
  try {
    if (await functions.isImplemented({ eventId: event }, { signal }))
      return passed('function', tried, `a function listens to ${event}`);
  } catch (error) {
    return failedWith('function', tried, error);
  }
  return failed(
    'function',
    tried,
    `no function listens to ${event}`,
    'Deploy a function for this event; if it is bound to skills, only calls with one of them reach it.',
    EXIT.refused,
  );
}
