import type { Emulator } from '../emulator.ts';
import type { FaultDefinition } from '../fault-definition.ts';
import type { JsonSchema } from '../json-schema.ts';
import type { FaultHandle } from '../scripted-faults.ts';
import { OPERATION_NAMES, SERVICE_NAMES } from '../service-route.ts';
import { named, ScriptingRefusal, type ScriptingRoute } from './scripting-route.ts';

const count: JsonSchema = { type: 'integer', minimum: 0 };

/** A fault's fields; `when`, a function, exists in JavaScript only. */
const FAULT: Readonly<Record<Exclude<keyof FaultDefinition, 'when'>, JsonSchema>> = {
  service: named('ServiceName'),
  operation: named('OperationName'),
  accountId: { type: 'string' },
  uuid: { type: 'string' },
  eventId: { type: 'string' },
  functionName: { type: 'string', description: 'A function, however it is called: by UUID or through its event.' },
  skip: { ...count, description: 'Lets this many matching requests pass first.' },
  times: { ...count, description: 'Ends after this many hits; default never.' },
  probability: { type: 'number', minimum: 0, maximum: 1, description: 'Hits only this share of matching requests.' },
  seed: { type: 'number', description: 'Makes `probability` repeatable; default 1.' },
  status: { type: 'integer', minimum: 200, maximum: 999, description: 'Answers this status.' },
  headers: { type: 'object', additionalProperties: { type: 'string' }, description: 'Added to the answer.' },
  body: { description: 'Text as it is, anything else as JSON. Default status 200.' },
  retryAfter: {
    anyOf: [{ type: 'number' }, { type: 'string' }],
    description: 'Adds `Retry-After`: seconds or a date. Default status 429.',
  },
  echo: { type: 'boolean', description: "Answers with the request's line, headers and body in the error text." },
  runs: { type: 'boolean', description: 'Runs the function and then answers as scripted all the same.' },
  delayMs: { ...count, description: 'Waits before the request is handled.' },
  reset: {
    type: 'string',
    enum: ['before-read', 'after-read', 'after-run'],
    description: 'Cuts the connection with a TCP reset.',
  },
  hang: { type: 'boolean', description: 'Reads the request and never answers.' },
  halfBody: { type: 'boolean', description: 'Promises the whole body, sends half of it, and cuts the connection.' },
  revokeTokens: { type: 'boolean', description: 'Revokes every token before the request is handled.' },
  rotateKeys: { type: 'boolean', description: 'Withdraws the signing key before the request is handled.' },
};

export const FAULT_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  ServiceName: { type: 'string', enum: SERVICE_NAMES },
  OperationName: { type: 'string', enum: OPERATION_NAMES },
  FaultDefinition: {
    type: 'object',
    description:
      'Which requests a fault applies to, and what then happens. What is left out matches, or stays as it is.',
    additionalProperties: false,
    properties: FAULT,
  },
  Fault: {
    type: 'object',
    required: ['id', 'definition', 'hits', 'enabled'],
    properties: {
      id: { type: 'integer' },
      definition: named('FaultDefinition'),
      hits: { type: 'integer', description: 'How many requests it changed.' },
      enabled: { type: 'boolean', description: 'Whether it applies.' },
    },
  },
};

export const FAULT_ROUTES: readonly ScriptingRoute[] = [
  {
    method: 'GET',
    path: '/faults',
    operationId: 'listFaults',
    summary: 'Faults in the order they were added, also those that are used up.',
    status: 200,
    answer: { type: 'array', items: named('Fault') },
    handle: (_call, { faults }) => faults.list().map(view),
  },
  {
    method: 'POST',
    path: '/faults',
    operationId: 'addFault',
    summary: 'Adds a fault. The first that decides the answer wins; those that only delay, revoke or rotate add up.',
    body: { schema: named('FaultDefinition'), required: true },
    status: 201,
    answer: named('Fault'),
    handle: ({ body }, { faults }) => view(faults.add(body as FaultDefinition)),
  },
  {
    method: 'DELETE',
    path: '/faults',
    operationId: 'clearFaults',
    summary: 'Removes every fault.',
    status: 204,
    handle: (_call, { faults }) => {
      faults.clear();
    },
  },
  {
    method: 'GET',
    path: '/faults/{faultId}',
    operationId: 'getFault',
    summary: 'One fault, with its hits.',
    status: 200,
    answer: named('Fault'),
    refusals: [404],
    handle: ({ path }, emulator) => view(faultOf(emulator, path['faultId'])),
  },
  {
    method: 'PUT',
    path: '/faults/{faultId}',
    operationId: 'switchFault',
    summary: 'Switches one fault on or off; its hits go on from where they were.',
    body: {
      schema: {
        type: 'object',
        required: ['enabled'],
        additionalProperties: false,
        properties: { enabled: { type: 'boolean' } },
      },
      required: true,
    },
    status: 200,
    answer: named('Fault'),
    refusals: [404],
    handle: ({ path, body }, emulator) => {
      const fault = faultOf(emulator, path['faultId']);
      fault.setEnabled((body as { readonly enabled: boolean }).enabled);
      return view(fault);
    },
  },
  {
    method: 'DELETE',
    path: '/faults/{faultId}',
    operationId: 'removeFault',
    summary: 'Ends one fault.',
    status: 204,
    refusals: [404],
    handle: ({ path }, emulator) => {
      faultOf(emulator, path['faultId']).remove();
    },
  },
];

function faultOf({ faults }: Emulator, id: string | undefined): FaultHandle {
  const found = faults.list().find((fault) => String(fault.id) === id);
  if (found === undefined) throw new ScriptingRefusal(404, 'UNKNOWN_FAULT', 'There is no such fault.');
  return found;
}

/** A condition that is a function has no form in JSON; it is left out. */
function view({ id, definition, hits, enabled }: FaultHandle): object {
  const { when: _when, ...plain } = definition;
  return { id, definition: plain, hits, enabled };
}
