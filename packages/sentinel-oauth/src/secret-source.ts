import { isFaaSError, type Secret, SentinelOAuthError } from '@lp-functions/errors';
import { type OptionRule, safeCause } from '@lp-functions/http';

/** A secret, or a function that fetches it when it is needed: from a vault, from a file that is rotated. */
export type SecretSource = string | Secret | (() => string | Secret | Promise<string | Secret>);

/** Half of a surrogate pair: no encoding can carry it. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** A secret that can be sent as it is; what a function gives is judged when it is called. */
export const secretRule: OptionRule = (value) =>
  value === undefined || typeof value === 'function' || isUsable(textOf(value))
    ? undefined
    : 'must be a text that is not empty, a Secret, or a function that returns one';

/** Whose secret it is, for the error. */
export interface SecretOwner {
  /** Name of the option: `clientSecret`. */
  readonly option: string;
  readonly operation?: string | undefined;
  readonly accountId?: string | undefined;
  readonly target?: string | undefined;
}

/**
 * Reads a secret.
 *
 * @param source - the value, or the function that fetches it.
 * @param owner - for the error.
 * @throws {@link SentinelOAuthError} AUTHORIZER_FAILED if the function throws, or returns something that is no secret; an error of
 *   this family stays as it is.
 */
export async function revealSecret(source: SecretSource, { option, ...context }: SecretOwner): Promise<string> {
  let value: unknown = source;
  try {
    if (typeof source === 'function') value = await source();
  } catch (error) {
    // What this family threw says more than that something failed.
    if (isFaaSError(error)) throw error;
    throw new SentinelOAuthError(`the function given as ${option} failed`, {
      ...context,
      code: 'AUTHORIZER_FAILED',
      fault: 'caller',
      cause: safeCause(error),
      hint: 'Look at the cause: it is what your function threw.',
    });
  }
  const text = textOf(value);
  if (isUsable(text)) return text;
  throw new SentinelOAuthError(
    `the function given as ${option} returned neither a text with something in it nor a Secret`,
    {
      ...context,
      code: 'AUTHORIZER_FAILED',
      fault: 'caller',
      hint: `Let ${option} return the secret itself.`,
    },
  );
}

/** By its method, not by `instanceof`: another installed copy may have made the Secret. */
function textOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('reveal' in value)) return value;
  return typeof value.reveal === 'function' ? (value as Secret).reveal() : undefined;
}

function isUsable(text: unknown): text is string {
  return typeof text === 'string' && text !== '' && !LONE_SURROGATE.test(text);
}
