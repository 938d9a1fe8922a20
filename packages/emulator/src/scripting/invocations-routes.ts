import type { JsonSchema } from '../json-schema.ts';
import { maskOf, MASK, secretsOfAccounts } from './masked-secrets.ts';
import { invokeOverTheWire, type InvocationOrder } from './platform-invocation.ts';
import { named, ScriptingRefusal, type ScriptingRoute } from './scripting-route.ts';

const text: JsonSchema = { type: 'string' };

export const INVOCATION_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  NewInvocation: {
    type: 'object',
    description: 'A function by `uuid`, or the listeners of an `eventId`.',
    additionalProperties: false,
    properties: {
      uuid: { ...text, minLength: 1 },
      eventId: { ...text, minLength: 1 },
      payload: { description: 'Anything; default an empty object.' },
      headers: {
        type: 'array',
        description: 'For the function; not HTTP headers.',
        items: {
          type: 'object',
          required: ['key', 'value'],
          additionalProperties: false,
          properties: { key: text, value: text },
        },
      },
      skillId: text,
      as: {
        type: 'object',
        description:
          'Whose token is sent: of an app, by client id; of a user, by login name; none. Default the default app.',
        additionalProperties: false,
        properties: { app: text, user: text, nobody: { type: 'boolean', enum: [true] } },
      },
      timeoutMs: { type: 'integer', minimum: 1, maximum: 600_000, default: 60_000 },
    },
  },
  Invocation: {
    type: 'object',
    required: ['stage', 'outcome', 'durationMs', 'requestIds', 'ran', 'logs'],
    properties: {
      stage: { type: 'string', enum: ['sentinel', 'gateway'], description: 'At `sentinel` there was no token.' },
      outcome: { type: 'string', enum: ['answered', 'cut', 'timed-out'] },
      status: { type: 'integer' },
      headers: { type: 'object', additionalProperties: text },
      body: text,
      problem: { ...text, description: 'Why there is no answer.' },
      durationMs: { type: 'number' },
      requestIds: { type: 'array', items: { type: 'integer' }, description: 'What it was made of, in the journal.' },
      ran: { type: 'array', items: text, description: 'Functions that ran, in order.' },
      logs: { type: 'array', items: { type: 'object' }, description: 'What they logged.' },
    },
  },
};

export const INVOCATION_ROUTES: readonly ScriptingRoute[] = [
  {
    method: 'POST',
    path: '/accounts/{accountId}/invocations',
    operationId: 'invoke',
    summary: 'Invokes as a caller from outside would: token, then gateway, over the wire, with faults and journal.',
    query: { secrets: named('Secrets') },
    body: { schema: named('NewInvocation'), required: true },
    status: 200,
    answer: named('Invocation'),
    refusals: [404],
    handle: async ({ path, query, body, signal }, emulator) => {
      const order = { ...(body as object), accountId: path['accountId'] ?? '' } as InvocationOrder;
      if ((order.uuid === undefined) === (order.eventId === undefined)) {
        throw new ScriptingRefusal(400, 'INVALID_REQUEST', 'The body must have either "uuid" or "eventId".');
      }
      if (Object.keys(order.as ?? {}).length > 1) {
        throw new ScriptingRefusal(400, 'INVALID_REQUEST', '"as" must name one caller.');
      }
      const made = await invokeOverTheWire(emulator, order, signal);
      if (query['secrets'] === 'shown' || made.outcome !== 'answered') return made;
      const mask = maskOf(secretsOfAccounts(emulator));
      const { 'set-cookie': cookie, ...headers } = made.headers;
      return {
        ...made,
        headers: { ...headers, ...(cookie === undefined ? {} : { 'set-cookie': MASK }) },
        body: mask(made.body),
      };
    },
  },
];
