// Speaks to the system keychain in a process of its own, since a call that waits for a locked keychain, or for a D-Bus that says
// nothing, can be ended in no other way. The question comes on standard input, the answer goes to standard output: never by arguments,
// which show in process lists.
import { text } from 'node:stream/consumers';
import type { KeychainAnswer, KeychainQuestion } from './keychain.ts';
import { keychainWords } from './keychain-words.ts';

/** Under this name keychains list what lpfn keeps. */
const SERVICE = 'lpfn';

async function answer({ action, key, secret }: KeychainQuestion): Promise<KeychainAnswer> {
  const { AsyncEntry } = await import('@napi-rs/keyring');
  // Pinned: what Linux would fall back on, the keyring of the kernel, forgets everything when the machine is switched off.
  const entry = new AsyncEntry(SERVICE, key, { linux: { store: 'secret-service' } });
  switch (action) {
    case 'get':
      return { ok: true, secret: (await entry.getPassword()) ?? undefined };
    case 'set':
      await entry.setPassword(secret ?? '');
      return { ok: true };
    case 'delete':
      await entry.deletePassword();
      return { ok: true };
  }
}

const question = JSON.parse(await text(process.stdin)) as KeychainQuestion;
const answered = await answer(question).catch((error: unknown): KeychainAnswer => {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return {
    ok: false,
    reason: code === 'ERR_MODULE_NOT_FOUND' ? 'its library is not installed' : keychainWords(String(message)),
  };
});
process.stdout.write(JSON.stringify(answered));
