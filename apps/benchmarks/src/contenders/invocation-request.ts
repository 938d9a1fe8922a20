import { randomUUID } from 'node:crypto';
import { ACCOUNT, FUNCTION_HEADERS, PAYLOAD } from '../platform/account.ts';

/** What every client has to build for each invocation. */
export interface InvocationRequest {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** URL of an invocation, ready made: the bare libraries do no discovery. */
export function invocationUrl(port: number): string {
  const { accountId, functionUuid } = ACCOUNT;
  return `http://127.0.0.1:${port}/api/account/${accountId}/lambdas/${functionUuid}/invoke`;
}

/**
 * Builds one invocation from scratch, with the headers that our client sends.
 *
 * @param authorization - a finished `Bearer` header: the bare libraries do not keep tokens.
 */
export function buildInvocation(authorization: string): InvocationRequest {
  return {
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': 'lp-functions-benchmarks',
      'x-request-id': randomUUID(),
      'lp-eventsource': ACCOUNT.eventSource,
      authorization,
    },
    body: JSON.stringify({ timestamp: Date.now(), headers: FUNCTION_HEADERS, payload: PAYLOAD }),
  };
}

/** As long as the tokens that the server issues, so that the same number of bytes travels. */
export const FIXED_AUTHORIZATION: string = `Bearer ${'x'.repeat(519)}`;
