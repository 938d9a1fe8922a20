import { functionName } from './console-state.ts';

const TITLES: Readonly<Record<string, string>> = {
  listDomains: 'Domains',
  resolveDomain: 'Domain of a service',
  authorize: 'Authorize',
  login: 'Login page',
  token: 'User token',
  revoke: 'Revoke',
  appToken: 'App token',
  jwks: 'Keys',
  invokeByUuid: 'Invoke',
  invokeByEvent: 'Invoke event',
  isImplemented: 'Is implemented',
  listLambdas: 'List functions',
  listFunctions: 'List functions',
  unknown: 'Unknown path',
};

/** What a request is for, in words: the operation, and the function or event it names. */
export function operationTitle(request: {
  readonly operation: string;
  readonly uuid?: string | undefined;
  readonly eventId?: string | undefined;
}): { readonly title: string; readonly target: string } {
  const { operation, uuid, eventId } = request;
  const target = uuid === undefined ? (eventId ?? '') : (functionName(uuid) ?? uuid);
  return { title: TITLES[operation] ?? operation, target };
}
