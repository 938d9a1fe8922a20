import { isFaaSDetailedError, isFaaSError } from '@lp-functions/errors';
import type { FunctionsClient } from '@lp-functions/client';
import type { Examination } from './examination.ts';
import { pageInstead } from './witness-transport.ts';
import type { IdentitySettings } from '../settings/settings.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { decodeJwt } from '../token/decoded-jwt.ts';
import { type CheckResult, failed, failedWith, passed, skipped } from './check-result.ts';

/** No function listens to it, and asking whether one does runs nothing. */
const PROBE_EVENT = 'lpfn_doctor';
/** What an app needs to invoke. */
const INVOKE_SCOPE = 'faas.lambda.invoke';

/** What the gateway did with a question that runs nothing. */
export interface GatewayProbe {
  readonly error: unknown;
  readonly durationMs: number;
  /** What is to be said of a page that came in place of an answer. */
  readonly page: { readonly saw: string; readonly advice: string } | undefined;
}

/** Asks the gateway whether any function listens to an event that nobody uses. */
export async function probeGateway(
  functions: FunctionsClient,
  { data, proxyOf }: Examination,
  origin: string,
  signal: AbortSignal,
): Promise<GatewayProbe> {
  const startedAtMs = performance.now();
  const error: unknown = await functions.isImplemented({ eventId: PROBE_EVENT }, { signal }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const durationMs = performance.now() - startedAtMs;
  return { error, durationMs, page: pageInstead(data.sightings, proxyOf(origin)) };
}

/** Judges whether the identity may invoke: by what its token says, and by what the gateway says. A function of its arguments. */
export function judgePermission(identity: IdentitySettings, accessToken: string, probe: GatewayProbe): CheckResult {
  const tried = `read the token, and asked the gateway with it whether a function listens to the event ${PROBE_EVENT}, which runs nothing`;
  const claims = identity.kind === 'app' ? decodeJwt(accessToken)?.claims : undefined;
  const { aud, scope } = claims ?? {};
  if (typeof aud === 'string' && aud !== identity.accountId) {
    return failed(
      'permission',
      tried,
      `the token is for account ${aud}, not for ${identity.accountId}`,
      'Check which account the app is installed on.',
      EXIT.authentication,
    );
  }
  if (typeof scope === 'string' && !scope.split(' ').includes(INVOKE_SCOPE)) {
    return failed(
      'permission',
      tried,
      `the token's scope is ${JSON.stringify(scope)}, without ${INVOKE_SCOPE}`,
      `Have the app installed with the scope ${INVOKE_SCOPE}: "lpfn app template" writes what to send to LivePerson.`,
      EXIT.refused,
    );
  }
  const { error, page } = probe;
  if (error === undefined) return passed('permission', tried, 'it may');
  if (page !== undefined || !isFaaSDetailedError(error)) {
    return skipped('permission', tried, 'the gateway did not answer: see there');
  }
  if (error.code === 'FORBIDDEN') {
    return failedWith('permission', tried, error, {
      advice:
        identity.kind === 'user'
          ? "The user needs the permission FaaS-Invocation (or FaaS-Developer) in the profile that LivePerson's user management assigns."
          : `Have the app installed with the scope ${INVOKE_SCOPE}: "lpfn app template" writes what to send to LivePerson.`,
    });
  }
  if (error.code === 'UNAUTHORIZED') {
    return failedWith('permission', tried, error, {
      advice:
        identity.kind === 'user'
          ? 'The session was ended, perhaps by logging out elsewhere. Log in again: lpfn login.'
          : 'The gateway does not take the token that Sentinel gave: account, app and gateway have to belong together.',
    });
  }
  return skipped('permission', tried, 'the gateway could not say: see there');
}

/** Judges whether the gateway is there and speaks. A function of its arguments. */
export function judgeGateway(origin: string, { error, page, durationMs }: GatewayProbe): CheckResult {
  const tried = `asked the gateway ${origin}`;
  if (page !== undefined) return failedWith('gateway', tried, error, { ...page, exitCode: EXIT.unavailable });
  const refusedOnly =
    isFaaSDetailedError(error) &&
    (error.code === 'FORBIDDEN' || error.code === 'UNAUTHORIZED' || error.code === 'NOT_FOUND');
  if (error === undefined || refusedOnly)
    return passed('gateway', tried, `it answered in ${String(Math.round(durationMs))} ms`);
  return failedWith('gateway', tried, error, isFaaSError(error) ? {} : { exitCode: EXIT.internal });
}
