import { inspect } from 'node:util';
import { type ClientEvent, createHttpClient, type HttpClient, type HttpClientOptions } from '@lp-functions/http';
import { createTestClock, type TestClock } from '@lp-functions/http/testing';

/** Everything that a test's client said: events and log lines. */
export interface Witness {
  readonly clock: TestClock;
  readonly http: HttpClient;
  readonly events: ClientEvent[];
  readonly warnings: { readonly message: string; readonly fields: unknown }[];
  /** Every log line and event as text. */
  readonly said: string[];
}

/** A client over real sockets whose clock stands still, and who is listened to. */
export function witness(options: HttpClientOptions = {}): Witness {
  const clock = createTestClock();
  const events: ClientEvent[] = [];
  const warnings: { message: string; fields: unknown }[] = [];
  const said: string[] = [];
  const note =
    (level: string) =>
    (message: string, fields?: unknown): void => {
      said.push(inspect([message, fields], { depth: 10 }));
      if (level === 'warn') warnings.push({ message, fields });
    };
  const http = createHttpClient({
    clock,
    random: () => 0,
    logger: { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') },
    onEvent: (event) => {
      said.push(inspect(event, { depth: 10 }));
      events.push(event);
    },
    ...options,
  });
  return { clock, http, events, warnings, said };
}

/** What a promise rejects with; fails the test if it does not. */
export async function rejectionOf(work: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await work;
  } catch (error) {
    return error;
  }
  throw new Error(`expected a rejection, but got ${inspect(value)}`);
}
