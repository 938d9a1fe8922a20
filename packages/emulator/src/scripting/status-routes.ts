import type { JsonSchema } from '../json-schema.ts';
import { named, type ScriptingRoute } from './scripting-route.ts';

export const STATUS_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Status: {
    type: 'object',
    required: ['discoveryUrl', 'accountId', 'platform', 'domains'],
    properties: {
      discoveryUrl: { type: 'string', description: 'Where a client finds the Domain API.' },
      accountId: { type: 'string', description: 'The first account.' },
      platform: named('Platform'),
      domains: { type: 'object', additionalProperties: { type: 'string' }, description: 'Hosts by service.' },
      tls: {
        type: 'object',
        required: ['port', 'url', 'caPem'],
        properties: {
          port: { type: 'integer' },
          url: { type: 'string' },
          caPem: { type: 'string', description: 'The authority to trust.' },
          caPath: { type: 'string', description: 'A file with the same.' },
        },
      },
    },
  },
  Platform: { type: 'string', enum: ['v1', 'v2'] },
  SignIn: {
    type: 'object',
    required: ['authorizationUrl'],
    additionalProperties: false,
    properties: {
      authorizationUrl: { type: 'string', minLength: 1, description: 'Where an app sends its user.' },
      loginName: { type: 'string', description: "Default: the account's default user." },
    },
  },
  SignedIn: {
    type: 'object',
    required: ['callbackUrl'],
    properties: { callbackUrl: { type: 'string', description: 'With `code` and `state`, or with `error`.' } },
  },
};

export const STATUS_ROUTES: readonly ScriptingRoute[] = [
  {
    method: 'GET',
    path: '/status',
    operationId: 'getStatus',
    summary: 'Where the emulator listens, and for which account.',
    status: 200,
    answer: named('Status'),
    handle: (_call, { discoveryUrl, accountId, platform, domains, tls }) => ({
      discoveryUrl,
      accountId,
      platform,
      domains,
      ...(tls === undefined ? {} : { tls: { port: tls.port, url: tls.url, caPem: tls.caPem, caPath: tls.caPath } }),
    }),
  },
  {
    method: 'POST',
    path: '/reset',
    operationId: 'reset',
    summary:
      'Forgets tokens, sessions, faults, journal, counters and clock; keeps accounts, apps, users and functions.',
    status: 204,
    handle: (_call, emulator) => {
      emulator.reset();
    },
  },
  {
    method: 'POST',
    path: '/sign-ins',
    operationId: 'signIn',
    summary: 'Signs a user in without a browser: what the login page would do with this address.',
    body: { schema: named('SignIn'), required: true },
    status: 201,
    answer: named('SignedIn'),
    refusals: [404],
    handle: ({ body }, emulator) => {
      const { authorizationUrl, loginName } = body as {
        readonly authorizationUrl: string;
        readonly loginName?: string;
      };
      return { callbackUrl: emulator.signIn(authorizationUrl, loginName) };
    },
  },
];
