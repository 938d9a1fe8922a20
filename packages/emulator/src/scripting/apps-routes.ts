import { adviseOnAppInstallation } from '../app-advice.ts';
import { parseAppWithCredentials } from '../app-files.ts';
import { EmulatorError } from '../emulator-error.ts';
import type { JsonSchema } from '../json-schema.ts';
import { MASK } from './masked-secrets.ts';
import { named, type ScriptingRoute } from './scripting-route.ts';

const text: JsonSchema = { type: 'string' };
const texts: JsonSchema = { type: 'array', items: text };
const INSTALLED_APP: Readonly<Record<string, JsonSchema>> = {
  clientId: text,
  clientSecret: text,
  installation: { type: 'object' },
};

export const APP_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  AppInstallation: {
    type: 'object',
    description:
      'App Installation JSON as it is sent to LivePerson. `client_id` and `client_secret` beside it fix the credentials, which are generated otherwise.',
    required: ['client_name'],
    additionalProperties: false,
    properties: {
      client_name: text,
      display_name: text,
      description: text,
      grant_types: texts,
      redirect_uris: texts,
      response_types: texts,
      scope: { ...text, description: 'Space separated.' },
      logo_uri: text,
      capabilities: { type: 'object' },
      quick_launch_enabled: { type: 'boolean' },
      entry_uri: text,
      enabled: { type: 'boolean' },
      client_id: text,
      client_secret: text,
    },
  },
  InstalledApp: {
    type: 'object',
    required: ['clientId', 'clientSecret', 'installation'],
    properties: INSTALLED_APP,
  },
  NewApp: {
    type: 'object',
    required: ['clientId', 'clientSecret', 'installation', 'warnings'],
    properties: {
      ...INSTALLED_APP,
      warnings: {
        type: 'array',
        description:
          'What LivePerson takes, or does not say whether it does, but what an app that calls functions would fail with.',
        items: { type: 'object', required: ['path', 'message'], properties: { path: text, message: text } },
      },
    },
  },
};

export const APP_ROUTES: readonly ScriptingRoute[] = [
  {
    method: 'GET',
    path: '/accounts/{accountId}/apps',
    operationId: 'listApps',
    summary: 'The installed apps, the default app first.',
    query: { secrets: named('Secrets') },
    status: 200,
    answer: { type: 'array', items: named('InstalledApp') },
    refusals: [404],
    handle: ({ path, query }, { accounts }) =>
      accounts
        .get(path['accountId'] ?? '')
        .apps.list()
        .map((app) => (query['secrets'] === 'shown' ? app : { ...app, clientSecret: MASK })),
  },
  {
    method: 'POST',
    path: '/accounts/{accountId}/apps',
    operationId: 'installApp',
    summary: 'Installs an app and answers its credentials, with warnings. A refusal names everything that is wrong.',
    body: { schema: named('AppInstallation'), required: true, checkedByHandler: true },
    status: 201,
    answer: named('NewApp'),
    refusals: [404, 409],
    handle: ({ path, body }, { accounts }) => {
      const { apps } = accounts.get(path['accountId'] ?? '');
      const { installation, ...credentials } = parseAppWithCredentials(body);
      return {
        ...apps.install(installation, credentials),
        installation,
        warnings: adviseOnAppInstallation(installation),
      };
    },
  },
  {
    method: 'DELETE',
    path: '/accounts/{accountId}/apps/{clientId}',
    operationId: 'removeApp',
    summary: 'Uninstalls an app and revokes its tokens.',
    status: 204,
    refusals: [404],
    handle: ({ path }, { accounts }) => {
      const removed = accounts.get(path['accountId'] ?? '').apps.remove(path['clientId'] ?? '');
      if (!removed) throw new EmulatorError('UNKNOWN_APP', 'There is no such app.');
    },
  },
];
