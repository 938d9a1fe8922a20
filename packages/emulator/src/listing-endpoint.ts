import { LISTING_RIGHTS, refuseBearer } from './bearer-token.ts';
import type { EmulatedFunction } from './function-entry.ts';
import type { Endpoint, EndpointCall, EmulatedPlatform } from './emulated-platform.ts';
import { FUNCTION_STATES } from './function-manifest.ts';
import { gatewayError } from './gateway-error.ts';
import { jsonReply, type Reply } from './reply.ts';
import type { PlatformGeneration } from './service-hosts.ts';

/** LivePerson shows who changed a function; here it is always the emulator. */
const AUTHOR = '1000000000';

/** Listing of a V1 account: the functions with their code and their latest deployment. */
export const listLambdas: Endpoint = (call, platform) => list(call, platform, 'v1', 'name', lambdaModel);

/** Listing of a V2 account: the functions' metadata. */
export const listFunctions: Endpoint = (call, platform) => list(call, platform, 'v2', 'functionName', functionModel);

function list(
  call: EndpointCall,
  platform: EmulatedPlatform,
  generation: PlatformGeneration,
  nameParameter: string,
  model: (entry: EmulatedFunction) => object,
): Reply {
  const { account, query } = call;
  const refusal = refuseBearer(call, platform, LISTING_RIGHTS[generation]);
  if (refusal !== undefined || account === undefined)
    return refusal ?? gatewayError(generation, 'unauthorized', 'Unknown account.');
  if (account.platform !== generation) {
    return gatewayError(
      account.platform,
      'not-found',
      `Account ${account.accountId} is on the other generation of the platform.`,
    );
  }
  const states = query.getAll('state').filter((state) => state !== '');
  if (states.some((state) => !(FUNCTION_STATES as readonly string[]).includes(state))) {
    return gatewayError(generation, 'bad-input', `"state" must be one of ${FUNCTION_STATES.join(', ')}.`);
  }
  const eventId = query.get('eventId') ?? '';
  const name = query.get(nameParameter) ?? '';
  const found = account.functions
    .list()
    .filter((entry) => states.length === 0 || states.includes(entry.state))
    .filter((entry) => eventId === '' || entry.eventId?.includes(eventId) === true)
    .filter((entry) => entry.name.includes(name));
  return jsonReply(200, found.map(model));
}

function functionModel(entry: EmulatedFunction): object {
  const { uuid, name, description, state, skills, eventId, size, isCompV1 } = entry;
  return {
    uuid,
    name,
    description,
    state,
    skills,
    ...(eventId === undefined ? {} : { eventId }),
    size,
    isCompV1,
    createdAt: new Date(entry.createdAtMs).toISOString(),
    updatedAt: new Date(entry.updatedAtMs).toISOString(),
    createdBy: AUTHOR,
    updatedBy: AUTHOR,
  };
}

function lambdaModel(entry: EmulatedFunction): object {
  const { uuid, name, description, state, eventId, revision } = entry;
  const createdAt = new Date(entry.createdAtMs).toISOString();
  const updatedAt = new Date(entry.updatedAtMs).toISOString();
  const stamps = { createdAt, createdBy: AUTHOR, updatedAt, updatedBy: AUTHOR };
  const deployed = state === 'Productive' || state === 'Modified' || state === 'Marked Undeployed';
  return {
    uuid,
    version: revision,
    name,
    description,
    ...(eventId === undefined ? {} : { eventId }),
    samplePayload: entry.sampleInput,
    state,
    runtime: {
      uuid: '00000000-0000-4000-8000-000000000001',
      name: `Node.js ${process.versions.node.split('.', 1)[0] ?? ''}`,
      baseImageName: 'lp-functions-emulator',
    },
    ...stamps,
    ...(deployed
      ? {
          lastDeployment: {
            uuid,
            name,
            lambdaUUID: uuid,
            lambdaVersion: revision,
            imageName: `${name}:${String(revision)}`,
            deploymentState: 'Deploy Finish',
            ...stamps,
            deployedAt: updatedAt,
          },
        }
      : {}),
    implementation: {
      code: entry.code(),
      dependencies: [],
      environmentVariables: Object.entries(entry.environmentVariables).map(([key, value]) => ({ key, value })),
    },
  };
}
