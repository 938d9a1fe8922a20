// The process of the emulator: started by main.ts, ends when main.ts lets go of it.
import { startEmulator } from '@lp-functions/emulator';
import type { EmulatorAnswer } from './console/emulator-question.ts';
import { serveParent } from './worker-process.ts';

/** So long that no token expires while it is measured. */
const LIFETIME_SECONDS = 86_400;

const emulator = await startEmulator({ userTokenLifetimeSeconds: LIFETIME_SECONDS });
const { uuid } = emulator.functions.add({
  name: 'echo',
  code: 'async function lambda(input) { return input.payload; }',
});
const { accessToken: token } = emulator.users.issueTokens(emulator.users.default.loginName);

serveParent(() => {
  const { user, system } = process.cpuUsage();
  const answer: EmulatorAnswer = {
    url: emulator.discoveryUrl,
    accountId: emulator.accountId,
    uuid,
    token,
    cpuMs: (user + system) / 1_000,
  };
  return Promise.resolve(answer);
});
process.once('disconnect', () => void emulator.close());
