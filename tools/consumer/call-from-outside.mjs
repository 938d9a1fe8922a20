// The main job of the client alone, against a platform in another process: what a bundle and other runtimes are shown to do.
import assert from 'node:assert/strict';
import process from 'node:process';
import { clientCredentials, createFunctionsClient, isFaaSLambdaError } from '@lp-functions/client';

const { LPFN_ACCOUNT_ID, LPFN_CLIENT_ID, LPFN_CLIENT_SECRET, LPFN_DISCOVERY_URL } = process.env;
const [, , doubles, fails] = process.argv;
const functions = createFunctionsClient({
  accountId: LPFN_ACCOUNT_ID,
  discoveryUrl: LPFN_DISCOVERY_URL,
  auth: clientCredentials({ clientId: LPFN_CLIENT_ID, clientSecret: LPFN_CLIENT_SECRET }),
});
const { result, status } = await functions.invokeByUuid(doubles, { n: 21 });
assert.deepEqual({ result, status }, { result: 42, status: 200 });
// Many at once, over connections that are used again.
const many = await Promise.all(Array.from({ length: 50 }, (_, n) => functions.invokeByUuid(doubles, { n })));
assert.deepEqual(
  many.map((answer) => answer.result),
  Array.from({ length: 50 }, (_, n) => 2 * n),
);
// HTTP 901, which not every HTTP library takes.
await assert.rejects(functions.invokeByUuid(fails, {}), isFaaSLambdaError);
const lambdas = await functions.getLambdas();
assert.equal(lambdas.length, 2);
await functions.close();
