import type { JsonSchema } from '../json-schema.ts';
import type { ScriptingRoute } from './scripting-route.ts';

/** Counts up when a caller could notice a change other than an addition. */
const INTERFACE_VERSION = '1.0.0';

const REFUSALS: Readonly<Record<number, string>> = {
  400: 'The request has a mistake; the message names it.',
  403: 'The request comes from elsewhere: another machine, or a web page.',
  404: 'What the path names is not there.',
  409: 'There is one already, or it cannot be changed here.',
  412: 'What was expected is not so.',
  415: 'The body is not declared to be JSON.',
};

/**
 * Describes the scripting interface.
 *
 * @see https://spec.openapis.org/oas/v3.1.0
 */
export function createOpenApiDocument(
  routes: readonly ScriptingRoute[],
  schemas: Readonly<Record<string, JsonSchema>>,
): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method.toLowerCase()] = operationOf(route);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Scripting interface of the lp-functions emulator',
      version: INTERFACE_VERSION,
      description:
        'Faults, journal, clock, apps, users, functions and tokens of an emulator on this machine. JSON only.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/_emulator' }],
    paths,
    components: {
      schemas: {
        ...schemas,
        Error: {
          type: 'object',
          required: ['error'],
          properties: {
            error: {
              type: 'object',
              required: ['code', 'message'],
              properties: { code: { type: 'string' }, message: { type: 'string' } },
            },
          },
        },
      },
    },
  };
}

function operationOf(route: ScriptingRoute): object {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(route.query ?? {}).map(([name, schema]) => ({ name, in: 'query', schema }));
  const refusals = [400, 403, 415, ...(route.refusals ?? [])].sort();
  return {
    operationId: route.operationId,
    summary: route.summary,
    parameters: [...inPath, ...inQuery],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: route.body.required, content: contentOf(route.body.schema) } }),
    responses: {
      [route.status]:
        route.answer === undefined
          ? { description: 'Done.' }
          : { description: 'Done.', content: contentOf(route.answer) },
      ...Object.fromEntries(
        refusals.map((status) => [
          status,
          { description: REFUSALS[status] ?? '', content: contentOf({ $ref: '#/components/schemas/Error' }) },
        ]),
      ),
    },
  };
}

function contentOf(schema: JsonSchema): object {
  return { 'application/json': { schema } };
}
