import type { AccountOptions } from '../emulator-options.ts';
import type { JsonSchema } from '../json-schema.ts';
import type { Account } from '../platform-accounts.ts';
import { named, type ScriptingRoute } from './scripting-route.ts';

export const ACCOUNT_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Account: {
    type: 'object',
    required: ['accountId', 'platform'],
    properties: { accountId: { type: 'string' }, platform: named('Platform') },
  },
  NewAccount: {
    type: 'object',
    required: ['accountId'],
    additionalProperties: false,
    properties: {
      accountId: { type: 'string', pattern: '^[\\w-]{1,64}$' },
      platform: named('Platform'),
      redirectUris: { type: 'array', items: { type: 'string' }, description: 'Of the default app.' },
    },
  },
};

export const ACCOUNT_ROUTES: readonly ScriptingRoute[] = [
  {
    method: 'GET',
    path: '/accounts',
    operationId: 'listAccounts',
    summary: 'The accounts of the emulated platform.',
    status: 200,
    answer: { type: 'array', items: named('Account') },
    handle: (_call, { accounts }) => accounts.list().map(view),
  },
  {
    method: 'POST',
    path: '/accounts',
    operationId: 'addAccount',
    summary: 'Adds an account, with a default app and a default user.',
    body: { schema: named('NewAccount'), required: true },
    status: 201,
    answer: named('Account'),
    refusals: [409],
    handle: ({ body }, { accounts }) => view(accounts.add(body as AccountOptions)),
  },
];

function view({ accountId, platform }: Account): object {
  return { accountId, platform };
}
