import type { Emulator } from '../emulator.ts';
import type { JsonSchema } from '../json-schema.ts';

/** A request to the scripting interface, checked against its route. */
export interface ScriptingCall {
  /** From the path. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** As the route's schema describes it. */
  readonly body: unknown;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
}

/** One operation of the scripting interface: how it is called, described and answered. The OpenAPI document is made of these. */
export interface ScriptingRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/_emulator`, with `{name}` for parameters. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  /** Query parameters, all of them optional. */
  readonly query?: Readonly<Record<string, JsonSchema>> | undefined;
  readonly body?: {
    readonly schema: JsonSchema;
    readonly required: boolean;
    /** The handler checks the body itself, with better words than the schema has. */
    readonly checkedByHandler?: boolean | undefined;
  };
  /** Answer when all is well; without a schema there is no body. */
  readonly status: 200 | 201 | 204;
  readonly answer?: JsonSchema | undefined;
  /** Other statuses that it has, beside 400, 403 and 415. */
  readonly refusals?: readonly number[] | undefined;
  readonly handle: (call: ScriptingCall, emulator: Emulator) => unknown;
}

/** A request that the scripting interface refuses. */
export class ScriptingRefusal extends Error {
  override readonly name = 'ScriptingRefusal';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** Refers to a schema by the name it has in the OpenAPI document. */
export function named(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/** Finds the routes of a path, with what the path's parameters stand for. A path without parameters is not a value of one that has some. */
export function routesAt(
  routes: readonly ScriptingRoute[],
  path: string,
): readonly { readonly route: ScriptingRoute; readonly path: Readonly<Record<string, string>> }[] {
  const literal = routes.filter((route) => route.path === path);
  if (literal.length > 0) return literal.map((route) => ({ route, path: {} }));
  const segments = path.split('/');
  return routes.flatMap((route) => {
    const parameters = parametersOf(route.path.split('/'), segments);
    return parameters === undefined ? [] : [{ route, path: parameters }];
  });
}

function parametersOf(
  template: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (template.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const segment = segments[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) {
      if (part !== segment) return undefined;
      continue;
    }
    try {
      parameters[name] = decodeURIComponent(segment);
    } catch {
      return undefined;
    }
    if (parameters[name] === '') return undefined;
  }
  return parameters;
}
