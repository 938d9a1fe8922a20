import { isFaaSError } from '@lp-functions/errors';
import { safeCause } from '@lp-functions/http';
import type { FailureReason } from './queue-item.ts';

const KEPT = ['hint', 'requestId', 'status', 'platformCode', 'platformMessage', 'v1Code', 'retryAfterMs'] as const;
const MAX_MESSAGE = 2_000;

/**
 * What is kept of an error: fields that were scrubbed of secrets when it was made. Causes and the function's logs are not.
 *
 * @param error - anything that an invoker threw.
 */
export function reasonOf(error: unknown): FailureReason {
  if (!isFaaSError(error)) {
    const { name, message } = safeCause(error);
    return { name, code: 'UNKNOWN', message: cut(message), executed: 'maybe', fault: 'caller', retryable: false };
  }
  const { name, code, message, executed, fault, retryable } = error;
  const more = Object.fromEntries(
    KEPT.flatMap((field) => {
      const value = (error as unknown as Readonly<Record<string, unknown>>)[field];
      return value === undefined ? [] : [[field, typeof value === 'string' ? cut(value) : value]];
    }),
  );
  return { name, code, message: cut(message), executed, fault, retryable, ...more };
}

function cut(text: string): string {
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text;
}
