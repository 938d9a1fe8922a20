import { createHash } from 'node:crypto';
import type { Emulator } from '../emulator.ts';
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
  Expired: {
    type: 'object',
    required: ['expired'],
    properties: { expired: { type: 'integer', description: 'How many were alive.' } },
  },
};

export const TOKEN_ROUTES: readonly ScriptingRoute[] = [
  {
    method: 'GET',
    path: '/tokens',
    operationId: 'listTokens',
    summary: 'Bearer tokens that are alive, of all accounts, in the order they were issued.',
    query: {
      ...SELECTION,
      expired: {
        type: 'string',
        enum: ['included', 'left-out'],
        default: 'left-out',
        description: 'Whether tokens are listed that have expired and are not forgotten yet.',
      },
      limit: { type: 'integer', minimum: 1, maximum: 100_000, description: 'The newest only; default all.' },
      secrets: named('Secrets'),
    },
    status: 200,
    answer: { type: 'array', items: named('Token') },
    handle: ({ query }, { tokens }) =>
      tokens
        .list({ expired: query['expired'] === 'included' })
        .filter(({ accountId }) => query['accountId'] === undefined || accountId === query['accountId'])
        .filter(({ clientId }) => query['clientId'] === undefined || clientId === query['clientId'])
        .filter(({ kind }) => query['kind'] === undefined || kind === query['kind'])
        .slice(query['limit'] === undefined ? 0 : -Number(query['limit']))
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
    method: 'POST',
    path: '/tokens/expire',
    operationId: 'expireTokens',
    summary: 'Lets the selected tokens expire now, all if nothing is selected.',
    body: { schema: { type: 'object', additionalProperties: false, properties: SELECTION }, required: false },
    status: 200,
    answer: named('Expired'),
    handle: ({ body }, { tokens }) => ({ expired: tokens.expireAll(body as TokenSelection) }),
  },
  {
    method: 'GET',
    path: '/tokens/{tokenId}',
    operationId: 'getToken',
    summary: 'One token, alive or expired.',
    query: { secrets: named('Secrets') },
    status: 200,
    answer: named('Token'),
    refusals: [404],
    handle: ({ path, query }, emulator) => view(tokenOf(emulator, path['tokenId']), query['secrets']),
  },
  {
    method: 'POST',
    path: '/tokens/{tokenId}/expire',
    operationId: 'expireToken',
    summary: 'Lets one token expire now.',
    status: 204,
    refusals: [404],
    handle: ({ path }, emulator) => {
      emulator.tokens.expireAll({ token: tokenOf(emulator, path['tokenId']).token });
    },
  },
  {
    method: 'DELETE',
    path: '/tokens/{tokenId}',
    operationId: 'revokeToken',
    summary: 'Revokes one token.',
    status: 204,
    refusals: [404],
    handle: ({ path }, emulator) => {
      emulator.tokens.revokeAll({ token: tokenOf(emulator, path['tokenId']).token });
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

function tokenOf({ tokens }: Emulator, id: string | undefined): IssuedToken {
  const found = tokens.list({ expired: true }).find(({ token }) => idOf(token) === id);
  if (found === undefined) throw new ScriptingRefusal(404, 'UNKNOWN_TOKEN', 'There is no such token.');
  return found;
}

function idOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16);
}
