import { inspect } from 'node:util';
import { expect } from 'vitest';

/** The secrets that every request of the suites carries, in header and body, and that the servers echo. */
export const SECRETS = {
  token: 'eyJhbGciOiJSUzI1NiJ9.c3VpdGUtdG9rZW4.sig_nature-0123456789',
  clientSecret: 's3cr3t+of/the=suite&"quoted"',
} as const;

/** How a leaked one could look in a printed error. */
const SPELLED = Object.values(SECRETS).flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  new URLSearchParams([['', secret]]).toString().slice(1),
  JSON.stringify(secret).slice(1, -1),
  JSON.stringify(JSON.stringify(secret)).slice(3, -3),
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret).toString('base64url'),
]);

/** Fails if what a caller may print or log shows one of the {@link SECRETS}. */
export function expectNoLeak(...shown: readonly unknown[]): void {
  for (const value of shown) {
    const texts = [
      inspect(value, { depth: 10, showHidden: true, getters: true, maxStringLength: null, maxArrayLength: null }),
      JSON.stringify(value) ?? '',
      String(value),
      value instanceof Error ? (value.stack ?? '') : '',
    ];
    for (const text of texts) {
      for (const secret of SPELLED) expect(text).not.toContain(secret);
    }
  }
}

/** What the promise rejects with, checked for leaks. Fails if it resolves. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in outcome)) throw new Error(`expected a rejection, got ${inspect(outcome.value)}`);
  expectNoLeak(outcome.error);
  return outcome.error;
}
