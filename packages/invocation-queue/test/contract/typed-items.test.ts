import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { queueRig, type QueueRig, scriptedInvoker, UUID } from '../queue-under-test.ts';

const program = inject('redisServer');

const functions = {
  quote: {
    uuid: UUID,
    idempotent: true,
    maxResponseBytes: 1_000,
    payload: z.object({ sku: z.string().trim() }),
    result: z.object({ price: z.number() }),
  },
  ring: { eventId: 'some_event', payload: z.object({ n: z.number() }) },
};

describe.skipIf(program === undefined)('items by definitions', () => {
  let rig: QueueRig;
  beforeAll(async () => {
    rig = await queueRig(program);
  });
  afterAll(() => rig.close());

  /** Validates as the real invoker does, so that what it is given shows. */
  const checking = (result: unknown) => {
    const invoker = scriptedInvoker(async ({ options }) => {
      const answer = await options.result?.['~standard'].validate(result);
      if (answer?.issues !== undefined) throw Object.assign(new Error('mismatch'), { name: 'FaaSDetailedError' });
      return answer?.value ?? result;
    });
    return invoker;
  };

  test('are validated and typed: what the schema makes of the payload is enqueued, and the result is checked by the worker', async () => {
    const { queue, work } = rig.queue();
    const { quote } = queue.defineFunctions(functions);
    const item = await quote({ sku: ' a-1 ' }, { key: 'k' });
    expect(item.added).toBe(true);
    const invoker = checking({ price: 2 });
    work(invoker, { functions });
    const outcome = await item.outcome();
    expect(outcome.state === 'done' && outcome.answer.result.price.toFixed(2)).toBe('2.00');
    expect(invoker.calls[0]).toMatchObject({ target: UUID, payload: { sku: 'a-1' }, options: { idempotent: true } });
    expect(invoker.calls[0]?.options.result).toBe(functions.quote.result);
    expect((await quote({ sku: 'a-1' }, { key: 'k' })).id).toBe(item.id);
  });

  test('a payload that does not fit is refused before anything is added', async () => {
    const { queue } = rig.queue();
    const { quote } = queue.defineFunctions(functions);
    await expect(quote({ sku: 1 } as never)).rejects.toMatchObject({
      name: 'ConfigurationError',
      option: 'payload.sku',
    });
    expect((await queue.status()).waiting).toBe(0);
  });

  test('a worker that does not know the definition sends nothing; given it, the dead letter can be retried', async () => {
    const { queue, work } = rig.queue();
    const item = await queue.defineFunctions(functions).quote({ sku: 'x' });
    const invoker = checking({ price: 1 });
    const ignorant = work(invoker);
    expect(await item.outcome()).toMatchObject({
      state: 'failed',
      reason: { code: 'DEFINITION_MISSING', executed: 'no' },
    });
    expect(invoker.calls).toEqual([]);
    await ignorant.close();
    await queue.deadLetters.retry(item.id);
    work(invoker, { functions });
    expect(await item.outcome()).toMatchObject({ state: 'done' });
  });

  test('without a schema for the result any worker will do', async () => {
    const { queue, work } = rig.queue();
    const item = await queue.defineFunctions(functions).ring({ n: 1 });
    work(scriptedInvoker(() => []));
    expect(await item.outcome()).toMatchObject({ state: 'done', answer: { results: [] } });
  });

  test.each([
    [null, 'definitions'],
    [{ a: null }, 'a'],
    [{ a: {} }, 'a'],
    [{ a: { uuid: UUID, eventId: 'e' } }, 'a'],
  ])('wrong definitions are refused at once: %#', (definitions, option) => {
    const { queue } = rig.queue();
    expect(() => queue.defineFunctions(definitions as never)).toThrow(expect.objectContaining({ option }));
  });
});
