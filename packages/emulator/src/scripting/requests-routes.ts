import type { Emulator } from '../emulator.ts';
import type { JsonSchema } from '../json-schema.ts';
import type { RequestFilter } from '../request-filter.ts';
import type { RecordedRequest } from '../recorded-request.ts';
import type { ExpectedCount } from '../request-journal.ts';
import { maskedRequest, secretsOfAccounts } from './masked-secrets.ts';
import { named, ScriptingRefusal, type ScriptingRoute } from './scripting-route.ts';

const text: JsonSchema = { type: 'string' };
const count: JsonSchema = { type: 'integer', minimum: 0, maximum: 1_000_000_000 };
/** How long a caller may keep a connection waiting. */
const LONGEST_WAIT_MS = 600_000;
const LISTED_BY_DEFAULT = 100;

const FILTER: Readonly<Record<string, JsonSchema>> = {
  service: named('ServiceName'),
  operation: named('OperationName'),
  method: text,
  path: text,
  accountId: text,
  uuid: text,
  eventId: text,
  status: { type: 'integer', minimum: 0, maximum: 999 },
  outcome: { type: 'string', enum: ['pending', 'answered', 'cut', 'aborted'] },
};
const SECRETS: JsonSchema = {
  type: 'string',
  enum: ['masked', 'shown'],
  default: 'masked',
  description: 'Tokens, secrets, codes and passwords are masked unless they are asked for.',
};

export const REQUEST_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Secrets: SECRETS,
  RequestFilter: {
    type: 'object',
    description: 'Every field that is given has to be equal.',
    additionalProperties: false,
    properties: FILTER,
  },
  RecordedRequest: {
    type: 'object',
    required: [
      'id',
      'service',
      'operation',
      'method',
      'url',
      'path',
      'query',
      'headers',
      'startedAtMs',
      'bodyCut',
      'responseBodyCut',
      'outcome',
      'ran',
    ],
    properties: {
      ...FILTER,
      id: { type: 'integer' },
      url: text,
      query: { type: 'object' },
      headers: { type: 'object', additionalProperties: text },
      startedAtMs: { type: 'integer', description: "On the emulator's clock." },
      body: { ...text, description: 'As much of it as the journal keeps.' },
      bodyCharacters: {
        type: 'integer',
        description: 'How many characters were sent. Missing until the body was read, and if it was too long for that.',
      },
      bodyCut: { type: 'boolean', description: 'Whether `body` is less than what was sent.' },
      responseHeaders: { type: 'object', additionalProperties: text },
      responseBody: { ...text, description: 'As much of it as the journal keeps.' },
      responseBodyCharacters: { type: 'integer', description: 'How many characters the answer has.' },
      responseBodyCut: { type: 'boolean', description: 'Whether `responseBody` is less than what was answered.' },
      durationMs: { type: 'number' },
      ran: { type: 'array', items: text, description: 'Functions that ran for this request, in order.' },
    },
  },
  RequestPage: {
    type: 'object',
    required: ['requests', 'total', 'dropped'],
    properties: {
      requests: { type: 'array', items: named('RecordedRequest') },
      total: { type: 'integer', description: 'How many match, also those that are not on this page.' },
      dropped: { type: 'integer', description: 'How many fell out of the bounded journal.' },
    },
  },
  Count: { type: 'object', required: ['count'], properties: { count: { type: 'integer' } } },
  Wait: {
    type: 'object',
    additionalProperties: false,
    properties: {
      filter: named('RequestFilter'),
      count: { ...count, minimum: 1, default: 1, description: 'How many have to match.' },
      timeoutMs: { type: 'integer', minimum: 0, maximum: LONGEST_WAIT_MS, default: 5_000 },
    },
  },
  Verification: {
    type: 'object',
    description: 'How many requests are expected: exactly `count`, or a range; by default at least one.',
    additionalProperties: false,
    properties: { filter: named('RequestFilter'), count, atLeast: count, atMost: count },
  },
};

export const REQUEST_ROUTES: readonly ScriptingRoute[] = [
  {
    method: 'GET',
    path: '/requests',
    operationId: 'listRequests',
    summary: 'The journal: requests to every service, oldest first, of many the newest.',
    query: {
      ...FILTER,
      after: { ...count, description: 'Only requests with a greater id.' },
      limit: { type: 'integer', minimum: 1, maximum: 10_000, default: LISTED_BY_DEFAULT },
      secrets: named('Secrets'),
    },
    status: 200,
    answer: named('RequestPage'),
    handle: ({ query }, emulator) => {
      const { after = '0', limit = String(LISTED_BY_DEFAULT), secrets, ...filter } = query;
      const found = emulator.requests.list(filterOf(filter)).filter(({ id }) => id > Number(after));
      // Read on from an id, the oldest come first; without one, the newest are of interest.
      const page = query['after'] === undefined ? found.slice(-Number(limit)) : found.slice(0, Number(limit));
      return {
        requests: page.map((request) => shown(request, emulator, secrets)),
        total: found.length,
        dropped: emulator.requests.dropped,
      };
    },
  },
  {
    method: 'DELETE',
    path: '/requests',
    operationId: 'clearRequests',
    summary: 'Empties the journal.',
    status: 204,
    handle: (_call, { requests }) => {
      requests.clear();
    },
  },
  {
    method: 'GET',
    path: '/requests/count',
    operationId: 'countRequests',
    summary: 'How many requests match; by service and operation this counts dropped ones too.',
    query: FILTER,
    status: 200,
    answer: named('Count'),
    handle: ({ query }, { requests }) => ({ count: requests.count(filterOf(query)) }),
  },
  {
    method: 'POST',
    path: '/requests/wait',
    operationId: 'waitForRequest',
    summary: 'Answers when the wanted number of requests has come, with the last of them; 412 if that takes too long.',
    query: { secrets: named('Secrets') },
    body: { schema: named('Wait'), required: false },
    status: 200,
    answer: named('RecordedRequest'),
    refusals: [412],
    handle: async ({ body, query, signal }, emulator) => {
      const wait = body as { filter?: RequestFilter; count?: number; timeoutMs?: number };
      const request = await emulator.requests.waitFor(wait.filter ?? {}, { ...wait, signal });
      return shown(request, emulator, query['secrets']);
    },
  },
  {
    method: 'POST',
    path: '/requests/verify',
    operationId: 'verifyRequests',
    summary: 'Asserts how many requests there were; 412 with what there was instead.',
    body: { schema: named('Verification'), required: false },
    status: 200,
    answer: named('Count'),
    refusals: [412],
    handle: ({ body }, { requests }) => {
      const { filter = {}, ...expected } = body as ExpectedCount & { readonly filter?: RequestFilter };
      return { count: requests.verify(filter, Object.keys(expected).length === 0 ? undefined : expected) };
    },
  },
  {
    method: 'GET',
    path: '/requests/{requestId}',
    operationId: 'getRequest',
    summary: 'One request, with its answer.',
    query: { secrets: named('Secrets') },
    status: 200,
    answer: named('RecordedRequest'),
    refusals: [404],
    handle: ({ path, query }, emulator) => {
      const found = emulator.requests.list(({ id }) => String(id) === path['requestId'])[0];
      if (found === undefined) throw new ScriptingRefusal(404, 'UNKNOWN_REQUEST', 'There is no such request.');
      return shown(found, emulator, query['secrets']);
    },
  },
];

function filterOf(query: Readonly<Record<string, string>>): RequestFilter {
  const { status, ...filter } = query;
  return { ...filter, ...(status === undefined ? {} : { status: Number(status) }) };
}

function shown(request: RecordedRequest, emulator: Emulator, secrets: string | undefined): RecordedRequest {
  return secrets === 'shown' ? request : maskedRequest(request, secretsOfAccounts(emulator));
}
