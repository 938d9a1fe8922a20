import type { JsonSchema } from '../json-schema.ts';
import { ACCOUNT_ROUTES, ACCOUNT_SCHEMAS } from './accounts-routes.ts';
import { APP_ROUTES, APP_SCHEMAS } from './apps-routes.ts';
import { CLOCK_ROUTES, CLOCK_SCHEMAS } from './clock-routes.ts';
import { FAULT_ROUTES, FAULT_SCHEMAS } from './faults-routes.ts';
import { FUNCTION_ROUTES, FUNCTION_SCHEMAS } from './functions-routes.ts';
import { INVOCATION_ROUTES, INVOCATION_SCHEMAS } from './invocations-routes.ts';
import { createOpenApiDocument } from './openapi-document.ts';
import { REQUEST_ROUTES, REQUEST_SCHEMAS } from './requests-routes.ts';
import type { ScriptingRoute } from './scripting-route.ts';
import { STATUS_ROUTES, STATUS_SCHEMAS } from './status-routes.ts';
import { TOKEN_ROUTES, TOKEN_SCHEMAS } from './tokens-routes.ts';
import { USER_ROUTES, USER_SCHEMAS } from './users-routes.ts';

/** Schemas that routes refer to by name. */
export const SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  ...STATUS_SCHEMAS,
  ...ACCOUNT_SCHEMAS,
  ...APP_SCHEMAS,
  ...USER_SCHEMAS,
  ...FUNCTION_SCHEMAS,
  ...INVOCATION_SCHEMAS,
  ...TOKEN_SCHEMAS,
  ...FAULT_SCHEMAS,
  ...REQUEST_SCHEMAS,
  ...CLOCK_SCHEMAS,
};

/** Every operation of the scripting interface, its own description among them. */
export const SCRIPTING_ROUTES: readonly ScriptingRoute[] = [
  {
    method: 'GET',
    path: '/openapi.json',
    operationId: 'getOpenApiDocument',
    summary: 'This description of the scripting interface.',
    status: 200,
    answer: { type: 'object', required: ['openapi', 'paths'] },
    handle: () => createOpenApiDocument(SCRIPTING_ROUTES, SCHEMAS),
  },
  ...STATUS_ROUTES,
  ...ACCOUNT_ROUTES,
  ...APP_ROUTES,
  ...USER_ROUTES,
  ...FUNCTION_ROUTES,
  ...INVOCATION_ROUTES,
  ...TOKEN_ROUTES,
  ...FAULT_ROUTES,
  ...REQUEST_ROUTES,
  ...CLOCK_ROUTES,
];
