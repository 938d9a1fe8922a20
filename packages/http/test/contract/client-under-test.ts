import { TransportError } from '@lp-functions/errors';
import { expect, onTestFinished } from 'vitest';
import {
  type AttemptEvent,
  type ClientEvent,
  createHttpClient,
  createUndiciTransport,
  type HttpCall,
  type HttpClient,
  type HttpClientOptions,
} from '../../src/index.ts';
import { createTestClock, type TestClock } from '../../src/testing.ts';
import { expectNoLeak, failureOf, SECRETS } from '../leak-check.ts';

/** A client over real sockets, whose waits cost no time and whose dice always fall in the middle. */
export interface ClientUnderTest {
  readonly http: HttpClient;
  readonly clock: TestClock;
  readonly events: ClientEvent[];
  /** `attempt status-or-code wait` of every attempt that was reported. */
  attempts(): string[];
}

export function clientUnderTest(options: HttpClientOptions = {}): ClientUnderTest {
  const clock = createTestClock();
  const events: ClientEvent[] = [];
  const transport = options.transport ?? createUndiciTransport();
  const http = createHttpClient({
    clock,
    random: () => 0.5,
    onEvent: (event) => {
      expectNoLeak(event);
      events.push(event);
    },
    ...options,
    transport,
  });
  onTestFinished(() => transport.close());
  return {
    http,
    clock,
    events,
    attempts: () =>
      events
        .filter((event): event is AttemptEvent => event.type === 'attempt')
        .map(({ attempt, status, errorCode, repeatInMs }) =>
          [attempt, status ?? errorCode, ...(repeatInMs === undefined ? [] : [`in ${String(repeatInMs)}`])].join(' '),
        ),
  };
}

/** A call that carries both secrets. */
export function callTo(url: string, fields: Partial<HttpCall> = {}): HttpCall {
  return {
    context: { operation: 'invokeByUuid', accountId: '12345678', target: 'some-lambda', requestId: 'some-request' },
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_secret: SECRETS.clientSecret }),
    rule: 'invocation',
    secrets: [SECRETS.clientSecret],
    authorizer: { authorize: () => Promise.resolve({ authorization: `Bearer ${SECRETS.token}` }) },
    ...fields,
  };
}

/** The TransportError a call ends with; it must name the call and keep the rules between its fields. */
export async function callFailureOf(promise: Promise<unknown>): Promise<TransportError> {
  const error = await failureOf(promise);
  expect(error).toBeInstanceOf(TransportError);
  const failure = error as TransportError;
  expect(failure).toMatchObject({ operation: 'invokeByUuid', accountId: '12345678', target: 'some-lambda' });
  expect(failure.message).toMatch(/^invokeByUuid some-lambda: /);
  if (failure.executed !== 'no') expect(failure.requestSent).toBe('maybe');
  return failure;
}
