/** The parts of the platform that answer requests; `unknown` stands for a path that is none of theirs. */
export const SERVICE_NAMES = ['discovery', 'sentinel', 'gateway', 'listing', 'unknown'] as const;

/** A part of the platform that answers requests. */
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** Everything a request can ask a service to do. */
export const OPERATION_NAMES = [
  'listDomains',
  'resolveDomain',
  'authorize',
  'login',
  'token',
  'revoke',
  'appToken',
  'jwks',
  'invokeByUuid',
  'invokeByEvent',
  'isImplemented',
  'listLambdas',
  'listFunctions',
  'unknown',
] as const;

/** What a request asks a service to do. */
export type OperationName = (typeof OPERATION_NAMES)[number];

/** Where a request goes, judged by its path alone: the services' paths do not overlap, so they share one port. */
export interface ServiceRoute {
  readonly service: ServiceName;
  readonly operation: OperationName;
  /** Methods that the operation knows; any other is answered 405. */
  readonly methods: readonly string[];
  readonly accountId?: string | undefined;
  /** Service name of a single Domain API look-up. */
  readonly domain?: string | undefined;
  readonly uuid?: string | undefined;
  readonly eventId?: string | undefined;
  /** `/api/v2/` spelling of the client-credentials path, which answers `expires_in` as a string. */
  readonly versionedPath?: boolean | undefined;
}

interface Pattern {
  readonly expression: RegExp;
  readonly service: ServiceName;
  readonly operation: OperationName;
  readonly methods: readonly string[];
  readonly versionedPath?: boolean;
}

const GET = ['GET'];
const POST = ['POST'];

const PATTERNS: readonly Pattern[] = [
  {
    expression: /^\/api\/account\/(?<accountId>[^/]+)\/lambdas\/(?<uuid>[^/]+)\/invoke$/,
    service: 'gateway',
    operation: 'invokeByUuid',
    methods: POST,
  },
  {
    expression: /^\/api\/account\/(?<accountId>[^/]+)\/events\/(?<eventId>[^/]+)\/invoke$/,
    service: 'gateway',
    operation: 'invokeByEvent',
    methods: POST,
  },
  {
    expression: /^\/api\/account\/(?<accountId>[^/]+)\/events\/(?<eventId>[^/]+)\/isImplemented$/,
    service: 'gateway',
    operation: 'isImplemented',
    methods: GET,
  },
  {
    expression: /^\/api\/account\/(?<accountId>[^/]+)\/lambdas\/?$/,
    service: 'listing',
    operation: 'listLambdas',
    methods: GET,
  },
  {
    expression: /^\/api\/account\/(?<accountId>[^/]+)\/functions\/?$/,
    service: 'listing',
    operation: 'listFunctions',
    methods: GET,
  },
  {
    expression: /^\/(?:api|csdr)\/account\/(?<accountId>[^/]+)\/service\/baseURI\.json$/,
    service: 'discovery',
    operation: 'listDomains',
    methods: GET,
  },
  {
    expression: /^\/(?:api|csdr)\/account\/(?<accountId>[^/]+)\/service\/(?<domain>[^/]+)\/baseURI\.json$/,
    service: 'discovery',
    operation: 'resolveDomain',
    methods: GET,
  },
  {
    expression: /^\/sentinel\/api\/account\/(?<accountId>[^/]+)\/app\/token$/,
    service: 'sentinel',
    operation: 'appToken',
    methods: POST,
  },
  {
    expression: /^\/sentinel\/api\/v2\/account\/(?<accountId>[^/]+)\/app\/token$/,
    service: 'sentinel',
    operation: 'appToken',
    methods: POST,
    versionedPath: true,
  },
  {
    expression: /^\/sentinel\/api\/account\/(?<accountId>[^/]+)\/authorize$/,
    service: 'sentinel',
    operation: 'authorize',
    methods: GET,
  },
  {
    expression: /^\/sentinel\/api\/account\/(?<accountId>[^/]+)\/login$/,
    service: 'sentinel',
    operation: 'login',
    methods: ['GET', 'POST'],
  },
  {
    expression: /^\/sentinel\/api\/account\/(?<accountId>[^/]+)\/token$/,
    service: 'sentinel',
    operation: 'token',
    methods: POST,
  },
  {
    expression: /^\/sentinel\/api\/account\/(?<accountId>[^/]+)\/token\/revoke$/,
    service: 'sentinel',
    operation: 'revoke',
    methods: POST,
  },
  { expression: /^\/sentinel\/well-known\/jwks$/, service: 'sentinel', operation: 'jwks', methods: GET },
];

const UNKNOWN: ServiceRoute = { service: 'unknown', operation: 'unknown', methods: [] };

/**
 * Finds the service and operation a path names.
 *
 * @param path - without the query, still percent-encoded
 */
export function routeOf(path: string): ServiceRoute {
  for (const pattern of PATTERNS) {
    const match = pattern.expression.exec(path);
    if (match === null) continue;
    const { service, operation, methods, versionedPath } = pattern;
    const { accountId, uuid, eventId, domain } = match.groups ?? {};
    try {
      return {
        service,
        operation,
        methods,
        versionedPath,
        accountId: decoded(accountId),
        uuid: decoded(uuid)?.toLowerCase(),
        eventId: decoded(eventId),
        domain: decoded(domain),
      };
    } catch {
      return UNKNOWN;
    }
  }
  return UNKNOWN;
}

function decoded(segment: string | undefined): string | undefined {
  return segment === undefined ? undefined : decodeURIComponent(segment);
}
