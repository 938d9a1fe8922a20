import type { CommandContext } from '../command-context.ts';
import type { AccountSettings, IdentitySettings } from '../settings/settings.ts';
import { type CheckResult, skipped } from './check-result.ts';
import { checkClock } from './clock-check.ts';
import { checkConfiguration } from './configuration-check.ts';
import { checkDiscovery } from './discovery-check.ts';
import type { Examination } from './examination.ts';
import { checkFunction, type WantedFunction } from './function-check.ts';
import { judgeGateway, judgePermission, probeGateway } from './gateway-check.ts';
import { checkLogin } from './login-check.ts';
import { checkDns, checkTls } from './network-checks.ts';
import { checkToken } from './token-check.ts';

/** What is asked of doctor beyond the settings. */
export interface WantedChecks extends WantedFunction {
  readonly redirectUri?: string | undefined;
}

/** Walks through the stages of a call. A stage that needs an earlier one which failed is skipped. */
export async function* walkStages(context: CommandContext, wanted: WantedChecks): AsyncGenerator<CheckResult> {
  const { result, account, identity, examination } = await checkConfiguration(context);
  yield result;
  if (account === undefined || examination === undefined) return;
  try {
    for await (const check of walkNetwork(context, examination, account, identity, wanted)) {
      context.signal.throwIfAborted();
      yield check;
    }
  } finally {
    await examination.close();
  }
}

async function* walkNetwork(
  context: CommandContext,
  examination: Examination,
  account: AccountSettings,
  identity: IdentitySettings | undefined,
  wanted: WantedChecks,
): AsyncGenerator<CheckResult> {
  const { signal } = context;
  const { result, servers, origins } = await checkDiscovery(examination, signal);
  yield result;
  yield await checkDns(servers, account.proxy);
  yield await checkTls(servers, account.proxy);
  yield checkClock(examination.control.sightings);
  if (identity === undefined || origins === undefined) {
    const why = identity === undefined ? 'the configuration is not complete' : 'the hosts are not known';
    for (const stage of ['token', 'login', 'permission', 'gateway', 'function'] as const) yield skipped(stage, '', why);
    return;
  }
  const { result: token, tokens } = await checkToken(context, examination, identity);
  yield token;
  yield await loginStage(context, examination, identity, wanted);
  if (tokens === undefined) {
    for (const stage of ['permission', 'gateway', 'function'] as const) yield skipped(stage, '', 'there is no token');
    return;
  }
  const { accessToken } = tokens;
  const functions = examination.functionsWith(accessToken, origins);
  try {
    const gatewayOrigin = origins['faasGW'] ?? '';
    const probe = await probeGateway(functions, examination, gatewayOrigin, signal);
    const permission = judgePermission(identity, accessToken, probe);
    yield permission;
    const gateway = judgeGateway(gatewayOrigin, probe);
    yield gateway;
    // Asked all the same where only the permission is in doubt: one function may still be looked at.
    if (gateway.status === 'failed') yield skipped('function', '', 'the gateway does not answer');
    else if (permission.status === 'failed') yield skipped('function', '', 'the permission is missing');
    else yield await checkFunction(functions, wanted, signal);
  } finally {
    await functions.close();
  }
}

async function loginStage(
  context: CommandContext,
  examination: Examination,
  identity: IdentitySettings,
  wanted: WantedChecks,
): Promise<CheckResult> {
  const { fields } = await context.settings.profile();
  const redirectUri = wanted.redirectUri ?? fields.redirectUri;
  if (redirectUri === undefined)
    return skipped('login', '', 'name a redirect URI with --redirect-uri to have it checked');
  return checkLogin(examination, identity, redirectUri, context.signal);
}
