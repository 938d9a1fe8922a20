import { EmulatorError } from '../emulator-error.ts';
import type { NewFunction } from '../emulated-functions.ts';
import type { EmulatedFunction } from '../function-entry.ts';
import { FUNCTION_SIZES, FUNCTION_STATES } from '../function-manifest.ts';
import type { JsonSchema } from '../json-schema.ts';
import { MASK } from './masked-secrets.ts';
import { named, type ScriptingRoute } from './scripting-route.ts';

const text: JsonSchema = { type: 'string' };
const MANIFEST: Readonly<Record<string, JsonSchema>> = {
  uuid: text,
  name: text,
  description: text,
  eventId: text,
  skills: { type: 'array', items: text },
  state: { type: 'string', enum: FUNCTION_STATES },
  size: { type: 'string', enum: FUNCTION_SIZES },
  isCompV1: { type: 'boolean' },
  environmentVariables: { type: 'object', additionalProperties: text },
};

export const FUNCTION_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Function: {
    type: 'object',
    required: ['uuid', 'name', 'skills', 'state', 'size', 'invocations', 'revision', 'createdAtMs', 'updatedAtMs'],
    properties: {
      ...MANIFEST,
      sampleInput: { type: 'object' },
      invocations: {
        type: 'integer',
        description: 'How often it ran. A call that was refused, or waits, did not run.',
      },
      problem: { ...text, description: 'Why it cannot run.' },
      revision: { type: 'integer' },
      createdAtMs: { type: 'integer' },
      updatedAtMs: { type: 'integer' },
    },
  },
  FunctionDetails: {
    type: 'object',
    required: ['uuid', 'name', 'logs', 'code'],
    properties: {
      uuid: text,
      name: text,
      logs: {
        type: 'array',
        items: {
          type: 'object',
          required: ['level', 'message', 'extras', 'timestamp', 'requestId'],
          properties: {
            level: { type: 'string', enum: ['Debug', 'Info', 'Warn', 'Error'] },
            message: text,
            extras: { type: 'array' },
            timestamp: { type: 'integer' },
            requestId: { type: 'integer', description: 'The request that it ran for, in the journal.' },
          },
        },
      },
      code: text,
    },
  },
  NewFunction: {
    type: 'object',
    required: ['name', 'code'],
    additionalProperties: false,
    properties: { ...MANIFEST, code: { ...text, description: 'JavaScript with a top-level function `lambda`.' } },
  },
};

export const FUNCTION_ROUTES: readonly ScriptingRoute[] = [
  {
    method: 'GET',
    path: '/accounts/{accountId}/functions',
    operationId: 'listEmulatedFunctions',
    summary: 'The functions, by name, with how often each ran.',
    query: { secrets: named('Secrets') },
    status: 200,
    answer: { type: 'array', items: named('Function') },
    refusals: [404],
    handle: ({ path, query }, { accounts }) =>
      accounts
        .get(path['accountId'] ?? '')
        .functions.list()
        .map((entry) => view(entry, query['secrets'])),
  },
  {
    method: 'POST',
    path: '/accounts/{accountId}/functions',
    operationId: 'addFunction',
    summary: 'Adds a function, or replaces the one of that name.',
    body: { schema: named('NewFunction'), required: true },
    status: 201,
    answer: named('Function'),
    refusals: [404, 409],
    handle: ({ path, body }, { accounts }) =>
      view(accounts.get(path['accountId'] ?? '').functions.add(body as NewFunction), 'shown'),
  },
  {
    method: 'GET',
    path: '/accounts/{accountId}/functions/{nameOrUuid}',
    operationId: 'getFunction',
    summary: 'One function with its code and its logs.',
    query: { secrets: named('Secrets') },
    status: 200,
    answer: named('FunctionDetails'),
    refusals: [404],
    handle: ({ path, query }, { accounts }) => {
      const found = accounts.get(path['accountId'] ?? '').functions.get(path['nameOrUuid'] ?? '');
      return { ...view(found, query['secrets']), logs: found.logs, code: found.code() };
    },
  },
  {
    method: 'DELETE',
    path: '/accounts/{accountId}/functions/{nameOrUuid}',
    operationId: 'removeFunction',
    summary: 'Removes a function that was added; functions of the folder stay.',
    status: 204,
    refusals: [404, 409],
    handle: ({ path }, { accounts }) => {
      const { functions } = accounts.get(path['accountId'] ?? '');
      const { name } = functions.get(path['nameOrUuid'] ?? '');
      if (!functions.remove(name)) {
        throw new EmulatorError('DUPLICATE', `${name} is a function of the folder: delete it there.`);
      }
    },
  },
];

function view(entry: EmulatedFunction, secrets: string | undefined): object {
  const { logs: _logs, environmentVariables, ...plain } = entry;
  const variables = Object.entries(environmentVariables).map(([name, value]) => [
    name,
    secrets === 'shown' ? value : MASK,
  ]);
  return { ...plain, environmentVariables: Object.fromEntries(variables) as unknown };
}
