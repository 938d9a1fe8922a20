import { expect, it } from 'vitest';
import { type Keychain, KeychainError } from '../../src/settings/keychain.ts';
import { createSecretStorage } from '../../src/settings/secret-storage.ts';

const noKeychain: Keychain = {
  get: () => Promise.reject(new KeychainError('it is locked')),
  set: () => Promise.reject(new KeychainError('it is locked')),
  delete: () => Promise.reject(new KeychainError('it is locked')),
};

it.each([
  [
    'kept',
    true,
    ['The system keychain cannot be used: it is locked.', 'The secret is kept in FILE, which only you can read.'],
  ],
  ['not kept', false, []],
])('says that a secret is in the file when it is there: %s', async (_what, works, told) => {
  const notes: string[] = [];
  let held = false;
  const secrets = createSecretStorage({
    file: {
      path: 'FILE',
      get: () => Promise.resolve(undefined),
      set() {
        if (!works) return Promise.reject(new Error('unsafe'));
        held = true;
        return Promise.resolve();
      },
    },
    keychain: noKeychain,
    notify(line) {
      expect(held).toBe(true);
      notes.push(line);
    },
  });
  const end = await secrets.set('key', 'a-secret').catch(() => 'refused');
  expect(end).toBe(works ? 'file' : 'refused');
  expect(notes).toEqual(told);
});
