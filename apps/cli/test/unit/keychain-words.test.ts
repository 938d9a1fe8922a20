import { expect, test } from 'vitest';
import { keychainWords } from '../../src/settings/keychain-words.ts';

test.each([
  ['Platform failure: DBus error: Failed to connect to socket /run/user/0/bus', 'no keychain answers on this machine'],
  ['Platform secure storage failure: zbus error: D-Bus', 'no keychain answers on this machine'],
  ["Couldn't access platform secure storage: SS error: prompt dismissed", 'it is locked, or does not let lpfn in'],
  ["Attribute 'password' is longer than platform limit: too long", 'it takes no secret of this length'],
  ['something else', 'it fails, for a reason that it does not tell'],
])('%s', (message, words) => {
  expect(keychainWords(message)).toBe(words);
});
