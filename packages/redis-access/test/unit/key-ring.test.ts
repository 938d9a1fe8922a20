import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { ConfigurationError, Secret } from '@lp-functions/errors';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createKeyRing, type EncryptionKey } from '../../src/index.ts';

const key = (id: string): EncryptionKey => ({ id, secret: randomBytes(32) });
const [old, current] = [key('2025'), key('2026')];

describe('a key ring', () => {
  test('opens what it sealed, whatever the text and the place', async () => {
    const ring = createKeyRing([current]);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string(), async (text, context) => {
        expect(await ring.open(await ring.seal(text, context), context)).toEqual({ text });
      }),
      { numRuns: 200 },
    );
  });

  test('seals the same text differently every time, and shows nothing of it', async () => {
    const ring = createKeyRing([current]);
    const sealed = await Promise.all(Array.from({ length: 50 }, () => ring.seal('token-token-token', 'here')));
    expect(new Set(sealed).size).toBe(50);
    for (const text of sealed) {
      expect(text).toMatch(/^lpfn1\.2026\.[\w-]+$/);
      expect(Buffer.from(text.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('token');
    }
  });

  test('rotation: the first key seals, all open, and a key that was dropped is named', async () => {
    const sealedByOld = await createKeyRing([old]).seal('text', 'here');
    const both = createKeyRing([current, old]);
    expect(await both.open(sealedByOld, 'here')).toEqual({ text: 'text' });
    expect(await both.seal('text', 'here')).toMatch(/^lpfn1\.2026\./);
    expect(await createKeyRing([current]).open(sealedByOld, 'here')).toEqual({ problem: 'unknown key', keyId: '2025' });
  });

  test('what was moved, changed or renamed does not open', async () => {
    const ring = createKeyRing([current, old]);
    const sealed = await ring.seal('some text', 'here');
    expect(await ring.open(sealed, 'there')).toEqual({ problem: 'damaged' });
    expect(await ring.open(sealed.replace('.2026.', '.2025.'), 'here')).toEqual({ problem: 'damaged' });
    const body = Buffer.from(sealed.split('.')[2] ?? '', 'base64url');
    for (let at = 0; at < body.length; at += 1) {
      const changed = Buffer.from(body);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      const opened = await ring.open(`lpfn1.2026.${changed.toString('base64url')}`, 'here');
      expect(opened, `byte ${at}`).toEqual({ problem: 'damaged' });
    }
  });

  test.each([
    [''],
    ['plain text'],
    ['{"accessToken":"x"}'],
    ['lpfn1.2026'],
    ['lpfn1.2026.'],
    ['lpfn2.2026.AAAA'],
    ['lpfn1.2026.AAAA'],
  ])('%j was not sealed by a key ring', async (text) => {
    expect(await createKeyRing([current]).open(text, 'here')).toEqual({ problem: 'damaged' });
  });

  test('a function is asked with every use: keys are rotated without a restart', async () => {
    let keys = [old];
    const ring = createKeyRing(() => Promise.resolve(keys));
    const sealed = await ring.seal('text', 'here');
    keys = [current];
    expect(await ring.open(sealed, 'here')).toEqual({ problem: 'unknown key', keyId: '2025' });
    keys = [current, old];
    expect(await ring.open(sealed, 'here')).toEqual({ text: 'text' });
    expect(await ring.seal('text', 'here')).toMatch(/^lpfn1\.2026\./);
  });

  test.each([
    ['bytes', randomBytes(32)],
    ['Base64', randomBytes(32).toString('base64')],
    ['Base64 without padding, for URLs', randomBytes(32).toString('base64url')],
    ['Base64 with a line end, as a file has it', `${randomBytes(32).toString('base64')}\n`],
    ['a Secret', new Secret(randomBytes(32).toString('base64'))],
  ])('a secret may be given as %s', async (_form, secret) => {
    const ring = createKeyRing([{ id: 'k', secret }]);
    expect(await ring.open(await ring.seal('text', ''), '')).toEqual({ text: 'text' });
  });

  test.each([
    [[], 'encryptionKeys'],
    ['text', 'encryptionKeys'],
    [[undefined], 'encryptionKeys[0]'],
    [[{ id: 'a b', secret: randomBytes(32) }], 'encryptionKeys[0].id'],
    [[{ id: 'a.b', secret: randomBytes(32) }], 'encryptionKeys[0].id'],
    [[current, { id: 'k', secret: randomBytes(31) }], 'encryptionKeys[1].secret'],
    [[{ id: 'k', secret: 'correct horse battery staple' }], 'encryptionKeys[0].secret'],
    [[{ id: 'k' }], 'encryptionKeys[0].secret'],
    [[{ id: 'k', secret: { reveal: () => 1 } }], 'encryptionKeys[0].secret'],
    [[current, current], 'encryptionKeys'],
  ])('wrong keys are refused at once, by their place and without their secret: %#', async (keys, option) => {
    const make = () => createKeyRing(keys as never);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', option }));
    expect(make).not.toThrow(/correct horse/);
    await expect(createKeyRing((() => keys) as never).seal('', '')).rejects.toMatchObject({ option });
  });

  test('printing a ring shows no key', () => {
    const secret = randomBytes(32);
    const shown = inspect(createKeyRing([{ id: 'k', secret }]), { depth: 10, showHidden: true });
    expect(shown).not.toContain(secret.toString('base64').slice(0, 10));
  });
});
