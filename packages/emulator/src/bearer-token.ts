import type { EndpointCall, EmulatedPlatform } from './emulated-platform.ts';
import { gatewayError } from './gateway-error.ts';
import { INVOKE_SCOPE } from './installed-apps.ts';
import type { IssuedToken } from './issued-tokens.ts';
import type { PlatformAccount } from './platform-accounts.ts';
import type { FunctionsPermission } from './platform-users.ts';
import type { Reply } from './reply.ts';
import type { ResolvedOptions } from './resolved-options.ts';

/** What a call has to be allowed to do. */
export interface RequiredRights {
  /** One of these, for a user. */
  readonly permissions: readonly FunctionsPermission[];
  /** Whether an app needs the scope `faas.lambda.invoke`. */
  readonly invokeScope: boolean;
  /** Status for a token that is missing, unknown, expired or revoked. */
  readonly unauthorizedStatus: (options: ResolvedOptions) => 401 | 403;
}

/** What invoking asks for. */
export const INVOKE_RIGHTS: RequiredRights = {
  permissions: ['FaaS-Invocation', 'FaaS-Developer'],
  invokeScope: true,
  unauthorizedStatus: ({ invalidTokenStatus }) => invalidTokenStatus,
};
const ANY_PERMISSION: readonly FunctionsPermission[] = ['FaaS-Invocation', 'FaaS-Developer', 'FaaS-Admin'];
/** What listing asks for: any app, any user with a Functions permission. V2 answers 403 to a token it does not know. */
export const LISTING_RIGHTS: Readonly<Record<'v1' | 'v2', RequiredRights>> = {
  v1: {
    permissions: ANY_PERMISSION,
    invokeScope: false,
    unauthorizedStatus: ({ listingInvalidTokenStatus }) => listingInvalidTokenStatus ?? 401,
  },
  v2: {
    permissions: ANY_PERMISSION,
    invokeScope: false,
    unauthorizedStatus: ({ listingInvalidTokenStatus }) => listingInvalidTokenStatus ?? 403,
  },
};

/** Checks the bearer token of a call: an app's JWT or a user's session token. Returns the refusal, or nothing. */
export function refuseBearer(
  call: EndpointCall,
  platform: EmulatedPlatform,
  rights: RequiredRights,
): Reply | undefined {
  const { account, route } = call;
  const generation = account?.platform ?? platform.options.platform;
  const unauthorized = (message: string, status: number = rights.unauthorizedStatus(platform.options)): Reply =>
    gatewayError(generation, status === 403 ? 'forbidden' : 'unauthorized', message);
  const text = /^bearer +(\S+)$/i.exec(call.headers.authorization ?? '')?.[1];
  if (text === undefined) return unauthorized('The bearer token is missing.');
  const token = platform.tokens.find(text);
  if (token === undefined) return unauthorized('The bearer token is invalid or has expired.');
  if (account?.accountId !== token.accountId) {
    return unauthorized(
      `The bearer token is not valid for account ${printable(route.accountId)}.`,
      platform.options.wrongAccountStatus,
    );
  }
  if (!isAllowed(token, account, rights)) {
    return gatewayError(
      generation,
      'forbidden',
      token.kind === 'app' ? `The token lacks the scope ${INVOKE_SCOPE}.` : 'The user lacks the permission.',
    );
  }
  return undefined;
}

function isAllowed(
  token: IssuedToken,
  account: PlatformAccount,
  { permissions, invokeScope }: RequiredRights,
): boolean {
  if (token.kind === 'app') return !invokeScope || token.scope.split(' ').includes(INVOKE_SCOPE);
  const user = account.users.list().find(({ userId }) => userId === token.userId);
  return user?.permissions.some((permission) => permissions.includes(permission)) === true;
}

function printable(text: string | undefined): string {
  return (text ?? '').replaceAll(/[^\w.-]/g, '?').slice(0, 64);
}
