import { randomUUID } from 'node:crypto';
import type { Emulator } from '../emulator.ts';
import type { LoggedLine } from '../gateway-error.ts';
import { callLoopback, type LoopbackAnswer } from './loopback-call.ts';

/** An invocation that is to be made, as a caller from outside would make it. */
export interface InvocationOrder {
  readonly accountId: string;
  /** Exactly one of the two. */
  readonly uuid?: string | undefined;
  readonly eventId?: string | undefined;
  readonly payload?: unknown;
  readonly headers?: readonly { readonly key: string; readonly value: string }[] | undefined;
  readonly skillId?: string | undefined;
  /** An app by client id, a user by login name, or nobody; default the account's default app. */
  readonly as?: { readonly app?: string | undefined; readonly user?: string | undefined; readonly nobody?: true };
  readonly timeoutMs?: number | undefined;
}

/** What the caller got, and what is known of it on this side. */
export type PlatformInvocation = LoopbackAnswer & {
  /** How far it came. At `sentinel` there was no token. */
  readonly stage: 'sentinel' | 'gateway';
  readonly durationMs: number;
  /** The requests it was made of, in the journal. */
  readonly requestIds: readonly number[];
  readonly ran: readonly string[];
  readonly logs: readonly LoggedLine[];
};

const DEFAULT_TIMEOUT_MS = 60_000;
const SYSTEM_NAME = 'lp-functions-console';

/**
 * Makes an invocation over the wire: an app's token from Sentinel, then the gateway. Both requests are in the journal, and faults apply to them.
 *
 * @throws {@link EmulatorError} UNKNOWN_ACCOUNT, UNKNOWN_APP, UNKNOWN_USER
 */
export async function invokeOverTheWire(
  emulator: Emulator,
  order: InvocationOrder,
  signal: AbortSignal,
): Promise<PlatformInvocation> {
  const { accountId, payload = {}, headers = [], timeoutMs = DEFAULT_TIMEOUT_MS } = order;
  const { platform, functions } = emulator.accounts.get(accountId);
  const startedAt = performance.now();
  const callIds: string[] = [];
  const call = (path: string, content: string, sent: Readonly<Record<string, string>>): Promise<LoopbackAnswer> => {
    const callId = randomUUID();
    callIds.push(callId);
    return callLoopback({
      url: `${emulator.discoveryUrl}${path}`,
      method: 'POST',
      headers: { accept: 'application/json', 'user-agent': SYSTEM_NAME, 'x-request-id': callId, ...sent },
      body: content,
      timeoutMs,
      signal,
    });
  };
  const told = (stage: PlatformInvocation['stage'], answer: LoopbackAnswer): PlatformInvocation => {
    const records = emulator.requests.list(({ headers: sent }) => callIds.includes(sent['x-request-id'] ?? ''));
    const ids = records.map(({ id }) => id);
    const ran = records.flatMap((record) => record.ran);
    const logs = [...new Set(ran)]
      .filter((uuid) => functions.has(uuid))
      .flatMap((uuid) => functions.get(uuid).logs.filter(({ requestId }) => ids.includes(requestId)));
    return { ...answer, stage, durationMs: performance.now() - startedAt, requestIds: ids, ran, logs };
  };

  const token = await bearerOf(emulator, order, call);
  if (typeof token === 'object') return told('sentinel', token);
  const target =
    order.uuid === undefined
      ? `events/${encodeURIComponent(order.eventId ?? '')}`
      : `lambdas/${encodeURIComponent(order.uuid)}`;
  const query = new URLSearchParams({
    ...(platform === 'v1' ? { v: '1', externalSystem: SYSTEM_NAME } : {}),
    ...(order.skillId === undefined || order.skillId === '' ? {} : { skillId: order.skillId }),
  }).toString();
  const answer = await call(
    `/api/account/${encodeURIComponent(accountId)}/${target}/invoke${query === '' ? '' : `?${query}`}`,
    JSON.stringify({ timestamp: emulator.clock.now(), headers, payload }),
    {
      'content-type': 'application/json',
      ...(platform === 'v2' ? { 'lp-eventsource': SYSTEM_NAME } : {}),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  );
  return told('gateway', answer);
}

/** Gets a token, or Sentinel's refusal; nobody has none. */
async function bearerOf(
  emulator: Emulator,
  { accountId, as = {} }: InvocationOrder,
  call: (path: string, content: string, sent: Readonly<Record<string, string>>) => Promise<LoopbackAnswer>,
): Promise<string | LoopbackAnswer | undefined> {
  if (as.nobody === true) return undefined;
  const { apps, users } = emulator.accounts.get(accountId);
  if (as.user !== undefined) return users.issueTokens(as.user).accessToken;
  const clientId = as.app ?? apps.default.clientId;
  // An app that is not installed gets what Sentinel has to say about it.
  const clientSecret = apps.find(clientId)?.clientSecret ?? '';
  const form = { grant_type: 'client_credentials', scope: '', client_id: clientId, client_secret: clientSecret };
  const answer = await call(
    `/sentinel/api/account/${encodeURIComponent(accountId)}/app/token?v=2.0`,
    new URLSearchParams(form).toString(),
    { 'content-type': 'application/x-www-form-urlencoded' },
  );
  const token = answer.outcome === 'answered' && answer.status === 200 ? tokenIn(answer.body) : undefined;
  return token ?? answer;
}

function tokenIn(body: string): string | undefined {
  try {
    const { access_token: token } = JSON.parse(body) as { readonly access_token?: unknown };
    return typeof token === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}
