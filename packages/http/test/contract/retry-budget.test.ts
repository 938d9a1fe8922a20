import { describe, expect, it } from 'vitest';
import { createRetryBudget } from '../../src/retry-budget.ts';
import { callFailureOf, callTo, type ClientUnderTest, clientUnderTest } from './client-under-test.ts';
import { startScripted, type Step } from './scripted-server.ts';

/** Makes calls that may be repeated, one after the other, and tells how many requests each took. */
async function attemptsOf({ http }: ClientUnderTest, steps: readonly Step[]): Promise<number[]> {
  const attempts: number[] = [];
  for (const step of steps) {
    const server = await startScripted(step);
    const call = callTo(`${server.url}/x`, { idempotent: true });
    attempts.push(
      step === 'reset'
        ? ((await callFailureOf(http.request(call))).attempts ?? 0)
        : (await http.request(call)).attempts,
    );
    expect(server.received).toHaveLength(attempts.at(-1) ?? 0);
  }
  return attempts;
}

describe('the retry budget', () => {
  it('is shared by the calls of a client; when it is used up, each fails with its first failure', async () => {
    const client = clientUnderTest({ retry: { budget: 5 } });
    expect(await attemptsOf(client, [503, 'reset', 503, 503])).toEqual([4, 3, 1, 1]);
    expect(await attemptsOf(clientUnderTest({ retry: { budget: 5 } }), [503])).toEqual([4]);
  });

  it.each<Step>([200, 204, 404, 403, 901])('gets one back from a call that is answered %d', async (answered) => {
    const client = clientUnderTest({ retry: { budget: 3 } });
    expect(await attemptsOf(client, [503, 503, answered, 503, 503])).toEqual([4, 1, 1, 2, 1]);
  });

  it.each<Step>([429, 500, 503, 'reset'])('gets nothing back from %s', async (failed) => {
    const client = clientUnderTest({ retry: { budget: 3 } });
    expect(await attemptsOf(client, [503, failed, 503])).toEqual([4, 1, 1]);
  });

  it('may be none', async () => {
    expect(await attemptsOf(clientUnderTest({ retry: { budget: 0 } }), [503, 429, 'reset'])).toEqual([1, 1, 1]);
  });

  it('is not for a 401, which is repeated once with a newer credential', async () => {
    const { http } = clientUnderTest({ retry: { budget: 0 } });
    const server = await startScripted(401, 200);
    let number = 0;
    const authorizer = { authorize: () => Promise.resolve({ 'x-n': String(++number) }) };
    expect(await http.request(callTo(`${server.url}/x`, { authorizer }))).toMatchObject({ status: 200, attempts: 2 });
  });

  it('is not for the 429 of calls that slow down together', async () => {
    const { http } = clientUnderTest({ retry: { budget: 0 } });
    const server = await startScripted(429, 429, 200);
    const pace = { delayMs: () => 0, answered: () => undefined };
    expect(await http.request(callTo(`${server.url}/x`, { pace }))).toMatchObject({ status: 200, attempts: 3 });
  });

  it('is never more than it was at the start, which is 500 unless set otherwise', async () => {
    const budget = createRetryBudget(2);
    for (let n = 0; n < 10; n++) budget.earn();
    expect([budget.spend(), budget.spend(), budget.spend()]).toEqual([true, true, false]);
    const { http } = clientUnderTest({ retry: { maxRetries: 600 } });
    const server = await startScripted(503);
    const call = callTo(`${server.url}/x`, { idempotent: true, limits: http.limits({ deadlineMs: 86_400_000 }) });
    expect((await http.request(call)).attempts).toBe(501);
  });
});
