import { ConfigurationError } from '@lp-functions/errors';
import { type HttpClient, isSecretName } from '@lp-functions/http';
import { invocationHeaders, type InvocationTarget, invocationUrl } from './gateway-endpoint.ts';
import {
  checkEventId,
  checkInvocationOptions,
  checkUuid,
  functionHeaders,
  type InvocationOptions,
} from './invocation-options.ts';
import { serializeInput } from './invocation-payload.ts';
import type { UndefinedProperties } from './payload-losses.ts';
import type { LocateGateway } from './service-location.ts';

/** What a command is made with. */
export interface CurlOptions {
  readonly accountId: string;
  readonly locateGateway: LocateGateway;
  readonly eventSource: string;
  readonly userId: string | undefined;
  readonly deadlineMs: number | undefined;
  readonly undefinedProperties: UndefinedProperties | undefined;
  readonly http: HttpClient;
  readonly userAgent: string;
}

const MASK = '[secret]';

/**
 * Writes an invocation as a command for curl. No token is asked for: the command says where it belongs.
 *
 * @throws {@link ConfigurationError} for input that cannot work.
 */
export async function curlCommand(
  target: InvocationTarget,
  payload: unknown,
  call: InvocationOptions,
  options: CurlOptions,
): Promise<string> {
  if (typeof target !== 'object' || (target as unknown) === null) throw noTarget();
  if (target.uuid !== undefined) checkUuid(target.uuid);
  else checkEventId(target.eventId);
  checkInvocationOptions(call);
  const { accountId, http } = options;
  const headers = functionHeaders(call.headers).map(({ key, value }) => ({
    key,
    value: isSecretName(key) ? MASK : value,
  }));
  const body = serializeInput(
    { timestamp: http.clock.now(), headers, payload },
    call.undefinedProperties ?? options.undefinedProperties,
  );
  const limits = http.limits({ signal: call.signal, deadlineMs: call.deadlineMs ?? options.deadlineMs });
  const { origin, platform } = await options.locateGateway(limits, { operation: 'toCurl', accountId });
  const request = {
    gatewayOrigin: origin,
    accountId,
    platform,
    target,
    eventSource: call.eventSource ?? options.eventSource,
    skillId: call.skillId,
    userId: call.userId ?? options.userId,
  };
  const sent = {
    ...invocationHeaders(request, call.requestId ?? 'lp-functions-by-hand', options.userAgent),
    authorization: `Bearer ${MASK}`,
  };
  return [
    `curl --request POST ${quoted(invocationUrl(request))}`,
    ...Object.entries(sent).map(([name, value]) => `--header ${quoted(`${name}: ${value}`)}`),
    `--data-raw ${quoted(body)}`,
  ].join(' \\\n  ');
}

/** For a POSIX shell: nothing between single quotes means anything but the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function noTarget(): ConfigurationError {
  return new ConfigurationError('toCurl takes { uuid } or { eventId }', { code: 'INVALID_OPTION', option: 'uuid' });
}
