// The public surface as a user's strict compiler sees it. It is compiled, never run: extend it whenever a package gains a name.
import {
  clientCredentials,
  createFunctionsClient,
  EVENT_IDS,
  FaaSDetailedError,
  FaaSLambdaError,
  isFaaSError,
  type Lambda,
  TransportError,
} from '@lp-functions/client';
import { Client, type Config, type Response } from '@lp-functions/client/compat';
import { createDomainDiscovery, type DomainDiscovery } from '@lp-functions/domain-discovery';
import { startEmulator } from '@lp-functions/emulator';
import { type FaaSError, isFaaSError as isFaaSErrorOfErrors, Secret } from '@lp-functions/errors';
import { createFaasInvoker, type InvocationResult } from '@lp-functions/faas-invoker';
import { createInvocationQueue, createInvocationWorker, type QueueOutcome } from '@lp-functions/invocation-queue';
import { type Authorizer, createGotTransport, createUndiciTransport, type HttpTransport } from '@lp-functions/http';
import { createKeyRing, type RedisClient } from '@lp-functions/redis-access';
import { type AuthMethod, customAuthorizer, staticBearer, type TokenStore } from '@lp-functions/sentinel-oauth';
import { createRedisTokenStore } from '@lp-functions/token-store-redis';
import { createClient } from 'redis';

export const transports: readonly HttpTransport[] = [createGotTransport(), createUndiciTransport()];
export const discovery: DomainDiscovery = createDomainDiscovery({ accountId: '1234567' });
export const invokerFactory: typeof createFaasInvoker = createFaasInvoker;
export const secret: Secret = new Secret('s');

const fixed: Authorizer = { authorize: () => Promise.resolve({ authorization: 'Bearer token' }) };
export const authMethods: readonly AuthMethod[] = [
  clientCredentials({ clientId: 'id', clientSecret: () => 'secret' }),
  staticBearer('token'),
  customAuthorizer((request, rejected) => fixed.authorize(request, rejected)),
];

export async function call(uuid: string): Promise<unknown> {
  const emulator = await startEmulator();
  const functions = createFunctionsClient({
    accountId: emulator.accountId,
    discoveryUrl: emulator.discoveryUrl,
    auth: clientCredentials(emulator.apps.default),
  });
  try {
    const answer: InvocationResult = await functions.invokeByUuid(
      uuid,
      { n: 1 },
      { timeoutMs: 1_000, idempotent: true },
    );
    return answer.result;
  } catch (error) {
    return explain(error);
  } finally {
    await functions.close();
    await emulator.close();
  }
}

export function callAsBefore(config: Config, lambdaUuid: string): Promise<Response> {
  return new Client(config).invoke({ lambdaUuid, body: { payload: { n: 1 } } });
}

export async function callMany(uuids: readonly string[], accountId: string): Promise<number> {
  const functions = createFunctionsClient({ accountId, auth: staticBearer('token') });
  const lambdas: readonly Lambda[] = await functions.getLambdas({ state: 'Productive' });
  const { double } = functions.defineFunctions({ double: { uuid: uuids[0] ?? '', skillId: '42' } });
  await double({ n: lambdas.length });
  if (!(await functions.isImplemented({ eventId: EVENT_IDS.conversationalCommand }))) return 0;
  let succeeded = 0;
  for await (const outcome of functions.invokeEach(uuids, { uuid: (uuid) => uuid, toPayload: () => 1 })) {
    if (outcome.ok && outcome.answer.status === 200) succeeded++;
  }
  return succeeded;
}

export async function beyondOneMachine(url: string, secret: string, uuid: string): Promise<QueueOutcome['state']> {
  const client = await createClient({ url }).connect();
  const plain: RedisClient = client;
  const encryptionKeys = [{ id: 'k1', secret }];
  await createKeyRing(encryptionKeys).seal('text', 'place');
  const tokenStore: TokenStore = createRedisTokenStore({ client: plain, encryptionKeys });
  const invoker = createFunctionsClient({ accountId: '1', auth: staticBearer('token'), tokenStore });
  const queue = createInvocationQueue({ client, encryptionKeys });
  const worker = createInvocationWorker({ client, encryptionKeys, invoker });
  void worker.run();
  const { quote } = queue.defineFunctions({ quote: { uuid } });
  const typed = await quote({ n: 1 }, { key: 'k' });
  const { state } = await typed.outcome({ timeoutMs: 1_000 });
  await worker.close({ deadlineMs: 1_000 });
  await queue.close();
  return state;
}

function explain(error: unknown): string {
  if (error instanceof FaaSLambdaError) return `the function failed: ${error.platformMessage ?? ''}`;
  if (error instanceof FaaSDetailedError) return `the platform refused: ${String(error.status)}`;
  if (error instanceof TransportError) return `the network failed while in ${error.phase}`;
  if (isFaaSError(error)) return describe(error);
  return isFaaSErrorOfErrors(error) ? describe(error) : String(error);
}

function describe(error: FaaSError): string {
  return `${error.code}: executed ${error.executed}, retryable ${String(error.retryable)}`;
}
