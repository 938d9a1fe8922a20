// A service that lives on the tokens that `lpfn login --store` left: it calls a function until its parent ends it, and tells every
// outcome. Time passes for it when its parent says so.
import { createFileTokenStore, createFunctionsClient, isFaaSError, userTokens } from '@lp-functions/client';
import { createTestClock } from '@lp-functions/http/testing';

const [discoveryUrl, accountId, clientId, subject, path, uuid] = process.argv.slice(2);
const PAUSE_MS = 20;

const clock = createTestClock(Date.now());
const functions = createFunctionsClient({
  accountId,
  discoveryUrl,
  auth: userTokens({ clientId, clientSecret: () => process.env.SERVICE_CLIENT_SECRET ?? '', subject }),
  tokenStore: createFileTokenStore({ path }),
  clock,
  onEvent: ({ type }) => process.send({ event: type }),
});
let ending = false;
process.on('message', ({ advanceMs, end }) => {
  if (end === true) ending = true;
  else {
    clock.advance(advanceMs);
    process.send({ advanced: true });
  }
});
while (!ending) {
  try {
    await functions.invokeByUuid(uuid, {});
    process.send({ ok: true });
  } catch (error) {
    process.send({ ok: false, code: isFaaSError(error) ? error.code : String(error) });
  }
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
await functions.close();
process.disconnect();
