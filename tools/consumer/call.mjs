// The main job with the packages as installed: a platform, a function, a call by UUID and one by event.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { clientCredentials, createFunctionsClient } from '@lp-functions/client';
import { startEmulator } from '@lp-functions/emulator';

const [, , lpfn] = process.argv;
const emulator = await startEmulator();
try {
  const { uuid } = await emulator.functions.add({
    name: 'double',
    eventId: 'demo_event',
    code: 'async function lambda(input) { return input.payload.n * 2; }',
  });
  const { accountId, discoveryUrl } = emulator;
  const { clientId, clientSecret } = emulator.apps.default;

  const functions = createFunctionsClient({
    accountId,
    discoveryUrl,
    auth: clientCredentials({ clientId, clientSecret }),
  });
  const one = await functions.invokeByUuid(uuid, { n: 21 });
  assert.equal(one.result, 42);
  const { results } = await functions.invokeByEvent('demo_event', { n: 4 });
  assert.deepEqual(
    results.map(({ result }) => result),
    [8],
  );
  await functions.close();

  const env = {
    ...process.env,
    LPFN_ACCOUNT_ID: accountId,
    LPFN_CLIENT_ID: clientId,
    LPFN_CLIENT_SECRET: clientSecret,
    LPFN_DISCOVERY_URL: discoveryUrl,
  };
  const { stdout } = await promisify(execFile)(process.execPath, [lpfn, 'invoke', uuid, '--data', '{"n":3}'], { env });
  assert.equal(stdout.trim(), '6');
} finally {
  await emulator.close();
}
