import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createKeyRing } from '@lp-functions/redis-access';
import { createItemEnvelope, type ItemCall, readStoredReason } from '../../src/item-envelope.ts';

const ring = (id = 'k1') => createKeyRing([{ id, secret: randomBytes(32) }]);
const CALL: ItemCall = {
  target: { uuid: '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55' },
  payload: { card: 'ä4111' },
  options: { headers: { secret: 'header' }, idempotent: true },
  definition: 'quote',
  trace: { traceparent: '00-1-2-01' },
};
const stored = async (value: Promise<object>): Promise<unknown> => JSON.parse(JSON.stringify(await value));

describe('what is kept of an item', () => {
  test.each([
    ['readable', createItemEnvelope('q', undefined)],
    ['sealed', createItemEnvelope('q', ring())],
  ])('%s, is read as it was written', async (_form, envelope) => {
    expect(await envelope.read('id', await stored(envelope.write('id', CALL)))).toEqual(CALL);
    const answer = { result: [1, 'x'], status: 200 };
    expect(await envelope.unwrap('id', 'answer', await envelope.wrap('id', 'answer', answer))).toEqual(answer);
  });

  test('sealed, it shows target and trace and nothing else', async () => {
    const shown = JSON.stringify(await createItemEnvelope('q', ring()).write('id', CALL));
    expect(shown).toContain('6b1d5f0e');
    expect(shown).not.toMatch(/4111|header|idempotent/);
  });

  test.each([
    ['of another item', async () => ({ id: 'other', place: 'q', ring: undefined })],
    ['of another queue', async () => ({ id: 'id', place: 'q2', ring: undefined })],
  ])('sealed, that %s does not open', async (_what, where) => {
    const shared = ring();
    const { id, place } = await where();
    const written = await stored(createItemEnvelope('q', shared).write('id', CALL));
    await expect(createItemEnvelope(place, shared).read(id, written)).rejects.toMatchObject({
      code: 'ITEM_UNREADABLE',
    });
  });

  test('a key that is not there is named; keys that are not there at all, too', async () => {
    const written = await stored(createItemEnvelope('q', ring('k7')).write('id', CALL));
    await expect(createItemEnvelope('q', ring('k8')).read('id', written)).rejects.toThrow(/k7/);
    await expect(createItemEnvelope('q', undefined).read('id', written)).rejects.toThrow(/no encryptionKeys/);
  });

  test('with keys, what is not sealed is not obeyed: whoever can write to Redis cannot make calls', async () => {
    const forged = await stored(createItemEnvelope('q', undefined).write('id', CALL));
    await expect(createItemEnvelope('q', ring()).read('id', forged)).rejects.toThrow(/not sealed/);
  });

  test.each([
    [undefined],
    [null],
    [{}],
    ['x'],
    [{ v: 2, t: { uuid: 'x' } }],
    [{ v: 1 }],
    [{ v: 1, t: { uuid: 'x', name: 'y' } }],
    [{ v: 1, t: {} }],
  ])('%j is unreadable', async (value) => {
    await expect(createItemEnvelope('q', undefined).read('id', value)).rejects.toMatchObject({
      name: 'InvocationQueueError',
      code: 'ITEM_UNREADABLE',
      executed: 'no',
    });
  });
});

test.each([[undefined], [''], ['job stalled more than allowable limit'], ['{}'], ['{"state":"done","code":"X"}']])(
  '%j is no reason of ours',
  (text) => {
    expect(readStoredReason(text)).toBeUndefined();
  },
);
