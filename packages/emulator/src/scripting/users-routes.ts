import type { JsonSchema } from '../json-schema.ts';
import { FUNCTIONS_PERMISSIONS, type FunctionsPermission, type NewUser, type PlatformUser } from '../platform-users.ts';
import { MASK } from './masked-secrets.ts';
import { named, type ScriptingRoute } from './scripting-route.ts';

const text: JsonSchema = { type: 'string' };
const permissions: JsonSchema = { type: 'array', items: { type: 'string', enum: FUNCTIONS_PERMISSIONS } };

export const USER_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  User: {
    type: 'object',
    required: ['userId', 'loginName', 'password', 'permissions', 'isAdmin'],
    properties: { userId: text, loginName: text, password: text, permissions, isAdmin: { type: 'boolean' } },
  },
  NewUser: {
    type: 'object',
    required: ['loginName'],
    additionalProperties: false,
    properties: {
      loginName: { ...text, minLength: 1 },
      password: text,
      userId: { ...text, minLength: 1 },
      permissions: { ...permissions, description: 'Default: FaaS-Invocation.' },
      isAdmin: { type: 'boolean', default: false },
    },
  },
  UserTokens: {
    type: 'object',
    required: ['accessToken', 'refreshToken'],
    properties: { accessToken: text, refreshToken: text },
  },
};

export const USER_ROUTES: readonly ScriptingRoute[] = [
  {
    method: 'GET',
    path: '/accounts/{accountId}/users',
    operationId: 'listUsers',
    summary: 'The users, the default user first.',
    query: { secrets: named('Secrets') },
    status: 200,
    answer: { type: 'array', items: named('User') },
    refusals: [404],
    handle: ({ path, query }, { accounts }) =>
      accounts
        .get(path['accountId'] ?? '')
        .users.list()
        .map((user) => view(user, query['secrets'])),
  },
  {
    method: 'POST',
    path: '/accounts/{accountId}/users',
    operationId: 'addUser',
    summary: 'Adds a user and answers it with its password.',
    body: { schema: named('NewUser'), required: true },
    status: 201,
    answer: named('User'),
    refusals: [404, 409],
    handle: ({ path, body }, { accounts }) => accounts.get(path['accountId'] ?? '').users.add(body as NewUser),
  },
  {
    method: 'PUT',
    path: '/accounts/{accountId}/users/{loginName}/permissions',
    operationId: 'setUserPermissions',
    summary: 'Changes what a user may do; it counts at once, also for tokens that the user has.',
    query: { secrets: named('Secrets') },
    body: {
      schema: {
        type: 'object',
        required: ['permissions'],
        additionalProperties: false,
        properties: { permissions },
      },
      required: true,
    },
    status: 200,
    answer: named('User'),
    refusals: [404],
    handle: ({ path, query, body }, { accounts }) => {
      const { users } = accounts.get(path['accountId'] ?? '');
      const wanted = (body as { readonly permissions: readonly FunctionsPermission[] }).permissions;
      return view(users.setPermissions(path['loginName'] ?? '', wanted), query['secrets']);
    },
  },
  {
    method: 'POST',
    path: '/accounts/{accountId}/users/{loginName}/tokens',
    operationId: 'issueUserTokens',
    summary: 'Signs a user in without the browser detour and answers the tokens.',
    body: {
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: { clientId: { ...text, description: 'App the tokens belong to; default the default app.' } },
      },
      required: false,
    },
    status: 201,
    answer: named('UserTokens'),
    refusals: [404],
    handle: ({ path, body }, { accounts }) => {
      const { clientId } = body as { readonly clientId?: string };
      return accounts.get(path['accountId'] ?? '').users.issueTokens(path['loginName'] ?? '', clientId);
    },
  },
];

function view(user: PlatformUser, secrets: string | undefined): PlatformUser {
  return secrets === 'shown' ? user : { ...user, password: MASK };
}
