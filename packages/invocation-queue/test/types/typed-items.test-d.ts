import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import type { InvocationQueue, NewItem } from '../../src/index.ts';
import { UUID } from '../queue-under-test.ts';

declare const queue: InvocationQueue;

test('a method takes what its schema takes, and its outcome has what its schema gives', async () => {
  const { quote, ring, plain } = queue.defineFunctions({
    quote: { uuid: UUID, payload: z.object({ sku: z.string() }), result: z.object({ price: z.number() }) },
    ring: { eventId: 'e', result: z.string() },
    plain: { uuid: UUID },
  });
  expectTypeOf(quote).parameter(0).toEqualTypeOf<{ sku: string }>();
  const outcome = await (await quote({ sku: 'a' })).outcome();
  if (outcome.state === 'done') {
    expectTypeOf(outcome.answer.result).toEqualTypeOf<{ price: number }>();
    expectTypeOf(outcome.reason).toEqualTypeOf<undefined>();
  } else expectTypeOf(outcome.reason.code).toEqualTypeOf<string>();
  const rung = await (await ring(1)).outcome();
  if (rung.state === 'done') expectTypeOf(rung.answer.results[0]!.result).toEqualTypeOf<string>();
  expectTypeOf(plain).parameter(0).toEqualTypeOf<unknown>();
  // @ts-expect-error the payload has no sku
  await quote({ price: 1 });
  // @ts-expect-error a signal cannot be queued
  await quote({ sku: 'a' }, { signal: AbortSignal.abort() });
});

test('an item has exactly one target', () => {
  expectTypeOf<{ uuid: string }>().toExtend<NewItem>();
  expectTypeOf<{ uuid: string; eventId: string }>().not.toExtend<NewItem>();
  expectTypeOf<{ payload: number }>().not.toExtend<NewItem>();
});
