import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EMPTY_LIST, gapIn, merged, MOST_ITEMS } from '../../console/request-list.ts';
import { matcherOf, NO_FILTER, type TrafficFilter } from '../../console/traffic-filter.ts';
import type { RequestSummary } from '../../src/console/feed-messages.ts';

function summary(id: number, more: Partial<RequestSummary> = {}): RequestSummary {
  return {
    id,
    service: 'gateway',
    operation: 'invokeByUuid',
    method: 'POST',
    path: '/api/account/1/lambdas/x/invoke',
    startedAtMs: 0,
    status: 200,
    outcome: 'answered',
    ...more,
  };
}
const ids = (items: readonly RequestSummary[]): number[] => items.map(({ id }) => id);
const range = (from: number, to: number): RequestSummary[] =>
  Array.from({ length: to - from + 1 }, (_, index) => summary(from + index));

describe('the list of requests', () => {
  test('takes new ones in order, and the latest state of known ones', () => {
    let list = merged(EMPTY_LIST, [summary(1, { outcome: 'pending' }), summary(2)], { firstId: 1, lastId: 2 });
    list = merged(list, [summary(3), summary(1)], { firstId: 1, lastId: 3 });
    expect(ids(list.items)).toEqual([1, 2, 3]);
    expect(list.items[0]?.outcome).toBe('answered');
  });

  test('an answer that was fetched earlier does not turn an ended request back into an open one', () => {
    const list = merged(EMPTY_LIST, [summary(1)], { firstId: 1, lastId: 1 });
    expect(merged(list, [summary(1, { outcome: 'pending' })], list).items[0]?.outcome).toBe('answered');
  });

  test('drops what the journal has dropped, and all of it when it was emptied', () => {
    const list = merged(EMPTY_LIST, range(1, 10), { firstId: 1, lastId: 10 });
    expect(ids(merged(list, [], { firstId: 8, lastId: 10 }).items)).toEqual([8, 9, 10]);
    expect(merged(list, [], { firstId: 11, lastId: 10 }).items).toEqual([]);
  });

  test('is bounded, whatever the journal keeps', () => {
    const list = merged(EMPTY_LIST, range(1, MOST_ITEMS + 5), { firstId: 1, lastId: MOST_ITEMS + 5 });
    expect(list.items).toHaveLength(MOST_ITEMS);
    expect(list.items[0]?.id).toBe(6);
    expect(gapIn(list)).toBeUndefined();
  });

  test.each<[string, number[], number, number, { after: number; before: number } | undefined]>([
    ['nothing', [], 1, 0, undefined],
    ['all', [1, 2, 3], 1, 3, undefined],
    ['the newest are lacking', [1, 2], 1, 5, { after: 2, before: 6 }],
    ['some between, the newest of two gaps', [1, 3, 6, 7], 1, 7, { after: 3, before: 6 }],
    ['the oldest', [4, 5], 2, 5, { after: 1, before: 4 }],
    ['what is older than the journal is not lacking', [4, 5], 4, 5, undefined],
  ])('knows what it lacks: %s', (_name, known, firstId, lastId, gap) => {
    const items = known.map((id) => summary(id));
    expect(gapIn({ items, firstId, lastId })).toEqual(gap);
  });

  test('filling gap after gap ends, with every request of the journal in order', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 300 })),
        fc.integer({ min: 1, max: 50 }),
        (known, atOnce) => {
          const bounds = { firstId: 1, lastId: 300 };
          let list = merged(
            EMPTY_LIST,
            known.map((id) => summary(id)),
            bounds,
          );
          for (let round = 0; round < 400; round += 1) {
            const gap = gapIn(list);
            if (gap === undefined) break;
            const missing = range(gap.after + 1, gap.before - 1).slice(-atOnce);
            expect(missing.length).toBeGreaterThan(0);
            list = merged(list, missing, bounds);
          }
          expect(ids(list.items)).toEqual(ids(range(1, 300)));
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('the filter', () => {
  const requests = [
    summary(1, { uuid: 'u-1' }),
    summary(2, { service: 'sentinel', operation: 'appToken', path: '/sentinel/x', status: 401 }),
    summary(3, { outcome: 'pending', status: undefined }),
    summary(4, { outcome: 'cut', status: undefined, eventId: 'an_event', path: '/api/events/an_event/invoke' }),
    summary(5, { status: 901, accountId: '7' }),
  ];
  test.each<[Partial<TrafficFilter>, number[]]>([
    [{}, [1, 2, 3, 4, 5]],
    [{ service: 'sentinel' }, [2]],
    [{ outcome: 'failed' }, [2, 4, 5]],
    [{ outcome: 'succeeded' }, [1]],
    [{ text: 'GREET' }, [1]],
    [{ text: 'an_event cut' }, [4]],
    [{ text: '901' }, [5]],
    [{ text: '#2' }, [2]],
    [{ text: 'no such' }, []],
    [{ accountId: '8' }, [1, 2, 3, 4]],
    [{ text: 'post', service: 'gateway', outcome: 'failed' }, [4, 5]],
  ])('%j leaves %j', (filter, left) => {
    const matches = matcherOf({ ...NO_FILTER, ...filter }, (uuid) => (uuid === 'u-1' ? 'greet' : undefined));
    expect(ids(requests.filter(matches))).toEqual(left);
  });
});
