import { createHash } from 'node:crypto';
import type { IssuedToken, TokenSelection } from '../issued-tokens.ts';
import type { JsonSchema } from '../json-schema.ts';
import { MASK } from './masked-secrets.ts';
import { named, ScriptingRefusal, type ScriptingRoute } from './scripting-route.ts';

const text: JsonSchema = { type: 'string' };
const SELECTION: Readonly<Record<string, JsonSchema>> = {
  accountId: text,
  clientId: text,
  kind: { type: 'string', enum: ['app', 'user'] },
};

export const TOKEN_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Token: {
    type: 'object',
    required: ['id', 'token', 'kind', 'accountId', 'clientId', 'scope', 'issuedAtMs', 'expiresAtMs'],
    properties: {
      ...SELECTION,
      id: { ...text, description: 'Names the token without giving it away.' },
      token: text,
      scope: text,
      userId: text,
      issuedAtMs: { type: 'integer' },
      expiresAtMs: { type: 'integer' },
    },
  },
  Revoked: {
    type: 'object',
    required: ['revoked'],
    properties: { revoked: { type: 'integer', description: 'How many were alive.' } },
  },
};

export const TOKEN_ROUTES: readonly ScriptingRoute[] = [
  {
    method: 'GET',
    path: '/tokens',
    operationId: 'listTokens',
    summary: 'Bearer tokens that are alive, of all accounts.',
    query: { ...SELECTION, secrets: named('Secrets') },
    status: 200,
    answer: { type: 'array', items: named('Token') },
    handle: ({ query }, { tokens }) =>
      tokens
        .list()
        .filter(({ accountId }) => query['accountId'] === undefined || accountId === query['accountId'])
        .filter(({ clientId }) => query['clientId'] === undefined || clientId === query['clientId'])
        .filter(({ kind }) => query['kind'] === undefined || kind === query['kind'])
        .map((token) => view(token, query['secrets'])),
  },
  {
    method: 'POST',
    path: '/tokens/revoke',
    operationId: 'revokeTokens',
    summary: 'Revokes the selected tokens, all if nothing is selected.',
    body: { schema: { type: 'object', additionalProperties: false, properties: SELECTION }, required: false },
    status: 200,
    answer: named('Revoked'),
    handle: ({ body }, { tokens }) => ({ revoked: tokens.revokeAll(body as TokenSelection) }),
  },
  {
    method: 'DELETE',
    path: '/tokens/{tokenId}',
    operationId: 'revokeToken',
    summary: 'Revokes one token.',
    status: 204,
    refusals: [404],
    handle: ({ path }, { tokens }) => {
      const found = tokens.list().find(({ token }) => idOf(token) === path['tokenId']);
      if (found === undefined) throw new ScriptingRefusal(404, 'UNKNOWN_TOKEN', 'There is no such token.');
      tokens.revokeAll({ token: found.token });
    },
  },
  {
    method: 'POST',
    path: '/signing-keys/rotate',
    operationId: 'rotateKeys',
    summary: 'Signs with a new key from now on.',
    body: {
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: {
          keepPrevious: {
            type: 'boolean',
            default: true,
            description: 'Older keys stay published, and what they signed valid.',
          },
        },
      },
      required: false,
    },
    status: 204,
    handle: ({ body }, { tokens }) => tokens.rotateKeys(body as { readonly keepPrevious?: boolean }),
  },
];

function view({ token, sessionId: _session, keyId: _key, ...plain }: IssuedToken, secrets: string | undefined): object {
  return { id: idOf(token), ...plain, token: secrets === 'shown' ? token : MASK };
}

function idOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16);
}
