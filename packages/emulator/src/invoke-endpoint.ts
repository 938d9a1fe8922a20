import { INVOKE_RIGHTS, refuseBearer } from './bearer-token.ts';
import type { DeployedFunction } from './emulated-functions.ts';
import type { Endpoint, EndpointCall, EmulatedPlatform } from './emulated-platform.ts';
import type { Execution, FunctionInput } from './function-execution.ts';
import type { FunctionManifest } from './function-manifest.ts';
import { gatewayError } from './gateway-error.ts';
import type { PlatformAccount } from './platform-accounts.ts';
import { jsonReply, jsonTextReply, type Reply } from './reply.ts';

/** Gateway: runs the function with a UUID and answers its result as it is. */
export const invokeByUuid: Endpoint = (call, platform) =>
  admit(call, platform, async (account, input) => {
    const uuid = call.route.uuid ?? '';
    const found = account.functions.findByUuid(uuid);
    if (found === undefined || !isDeployed(found.manifest)) {
      const failure = found === undefined ? 'not-found' : 'not-deployed';
      return gatewayError(account.platform, failure, `There is no ${printable(uuid)} deployed on ${account.accountId}`);
    }
    const execution = await run(found, input, call, platform);
    if (execution.kind !== 'returned') return failureReply(account, found, execution);
    return jsonTextReply(200, execution.body ?? (platform.options.emptyResult === 'null' ? 'null' : ''));
  });

/**
 * Gateway: runs the functions that listen to an event, one after the other, and answers a list of their results. The first that
 * fails ends the chain, and its error is the answer.
 */
export const invokeByEvent: Endpoint = (call, platform) =>
  admit(call, platform, async (account, input) => {
    const listeners = listenersOf(account, call, platform);
    if (listeners.length === 0 && account.platform === 'v2') {
      const message = `There is no function deployed on ${account.accountId} that listens to this event.`;
      return gatewayError('v2', 'not-found', message);
    }
    const results: string[] = [];
    for (const listener of listeners) {
      const execution = await run(listener, input, call, platform);
      if (execution.kind !== 'returned') return failureReply(account, listener, execution);
      const timestamp = new Date(platform.clock.now()).toISOString();
      const head = JSON.stringify({ uuid: listener.manifest.uuid, timestamp });
      results.push(`${head.slice(0, -1)},"result":${execution.body ?? 'null'}}`);
    }
    return jsonTextReply(200, `[${results.join(',')}]`);
  });

/** Gateway: tells whether any function listens to an event. */
export const isImplemented: Endpoint = (call, platform) => {
  const refusal = refuseBearer(call, platform, INVOKE_RIGHTS);
  if (refusal !== undefined || call.account === undefined) return refusal ?? unknownAccount(platform);
  return jsonReply(200, { implemented: listenersOf(call.account, call, platform).length > 0 });
};

/** Checks token, body and limits before a function may run, and the size of the answer afterwards. */
async function admit(
  call: EndpointCall,
  platform: EmulatedPlatform,
  invoke: (account: PlatformAccount, input: FunctionInput) => Promise<Reply>,
): Promise<Reply> {
  const { account } = call;
  const refusal = refuseBearer(call, platform, INVOKE_RIGHTS);
  if (refusal !== undefined || account === undefined) return refusal ?? unknownAccount(platform);
  const input = inputOf(call.body);
  if (typeof input === 'string') return gatewayError(account.platform, 'bad-input', input);
  const leave = platform.limits.enter(account, call.route);
  if (leave === 'throttled') return throttled(account, platform);
  try {
    const reply = await invoke(account, input);
    // It is the result that is limited; an error says what it says.
    if (reply.status !== 200 || Buffer.byteLength(reply.body) <= platform.options.maxResponseBytes) return reply;
    return gatewayError(account.platform, 'general', 'The result is too large.');
  } finally {
    leave();
  }
}

function throttled({ platform }: PlatformAccount, { options }: EmulatedPlatform): Reply {
  const { retryAfterSeconds } = options.invocationLimits;
  const reply = gatewayError(platform, 'throttled', 'Too many invocations.');
  if (retryAfterSeconds === undefined) return reply;
  return { ...reply, headers: { ...reply.headers, 'retry-after': String(retryAfterSeconds) } };
}

/** Reads an invocation's body; a text says what is wrong with it. `timestamp` is not looked at, as on the platform. */
function inputOf(body: string): FunctionInput | string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return 'The body is not JSON.';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'The body must be a JSON object.';
  const { headers } = value as { readonly headers?: unknown };
  if (headers !== undefined && !Array.isArray(headers)) return '"headers" must be an array.';
  return { bodyText: body };
}

function listenersOf(
  account: PlatformAccount,
  { route, query }: EndpointCall,
  { options }: EmulatedPlatform,
): readonly DeployedFunction[] {
  const skill = query.get('skillId') ?? '';
  return account.functions.findByEvent(route.eventId ?? '').filter(({ manifest }) => {
    if (!isDeployed(manifest)) return false;
    if (manifest.skills.length === 0) return true;
    return skill === '' ? options.callsWithoutSkill === 'any' : manifest.skills.includes(skill);
  });
}

async function run(
  target: DeployedFunction,
  input: FunctionInput,
  { record }: EndpointCall,
  { pool }: EmulatedPlatform,
): Promise<Execution> {
  if (target.problem !== undefined) {
    return { kind: 'crashed', message: `The function cannot be loaded: ${target.problem}`, ran: false, logs: [] };
  }
  const { key, deployment } = target.deploy();
  const execution = await pool.run(key, deployment, input, target.ran);
  if ('ran' in execution && !execution.ran) target.ran(-1);
  else record.ran.push(target.manifest.uuid);
  target.logged(execution.logs, record.id);
  return execution;
}

function failureReply(
  account: PlatformAccount,
  { manifest }: DeployedFunction,
  execution: Exclude<Execution, { kind: 'returned' }>,
): Reply {
  return gatewayError(account.platform, execution.kind, execution.message, {
    logs: execution.logs,
    compatibleV1: manifest.isCompV1,
  });
}

function isDeployed({ state }: FunctionManifest): boolean {
  return state === 'Productive' || state === 'Modified';
}

function unknownAccount({ options }: EmulatedPlatform): Reply {
  return gatewayError(options.platform, 'unauthorized', 'Unknown account.');
}

function printable(text: string): string {
  return text.replaceAll(/[^\w.-]/g, '?').slice(0, 64);
}
