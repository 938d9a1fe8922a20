/** A refusal of the scripting interface, or no answer at all. */
class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Asks the emulator's scripting interface, which stands on the port that the page came from.
 *
 * @param path - below `/_emulator`, with what comes from outside encoded: see {@link pathOf}
 * @throws an error with a `code`, the interface's own or UNREACHABLE or ABORTED
 */
export async function ask<T>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/_emulator${path}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
      cache: 'no-store',
    });
  } catch (error) {
    if (signal?.aborted === true) throw new ApiError('ABORTED', 'Cancelled.');
    throw new ApiError('UNREACHABLE', `The emulator does not answer: ${error instanceof Error ? error.message : ''}`);
  }
  const text = await response.text();
  const value: unknown = text === '' ? undefined : JSON.parse(text);
  if (response.ok) return value as T;
  const refused = (value as { readonly error?: { readonly code: string; readonly message: string } } | undefined)
    ?.error;
  throw new ApiError(
    refused?.code ?? String(response.status),
    refused?.message ?? `Status ${String(response.status)}.`,
  );
}

/** Joins segments to a path, each encoded, so that no name can reach beyond its place. */
export function pathOf(...segments: readonly string[]): string {
  return segments.map((segment) => `/${encodeURIComponent(segment)}`).join('');
}

/** Says what went wrong, for a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export interface Status {
  readonly discoveryUrl: string;
  readonly accountId: string;
  readonly platform: 'v1' | 'v2';
  readonly domains: Readonly<Record<string, string>>;
  readonly tls?: { readonly url: string; readonly caPath?: string };
}

export interface AccountView {
  readonly accountId: string;
  readonly platform: 'v1' | 'v2';
}

export interface FunctionView {
  readonly uuid: string;
  readonly name: string;
  readonly description: string;
  readonly eventId?: string;
  readonly skills: readonly string[];
  readonly state: string;
  readonly size: string;
  readonly isCompV1: boolean;
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly sampleInput: { readonly headers: unknown; readonly payload: unknown };
  readonly invocations: number;
  readonly problem?: string;
  readonly revision: number;
  readonly updatedAtMs: number;
}

export interface LogLine {
  readonly level: 'Debug' | 'Info' | 'Warn' | 'Error';
  readonly message: string;
  readonly extras: readonly unknown[];
  readonly timestamp: number;
  readonly requestId: number;
}

export interface FunctionDetails extends FunctionView {
  readonly logs: readonly LogLine[];
  readonly code: string;
}

export interface InvocationView {
  readonly stage: 'sentinel' | 'gateway';
  readonly outcome: 'answered' | 'cut' | 'timed-out';
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly problem?: string;
  readonly durationMs: number;
  readonly requestIds: readonly number[];
  readonly ran: readonly string[];
  readonly logs: readonly LogLine[];
}

export interface RequestView {
  readonly id: number;
  readonly service: string;
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly accountId?: string;
  readonly uuid?: string;
  readonly eventId?: string;
  readonly startedAtMs: number;
  readonly body: string;
  readonly status?: number;
  readonly responseHeaders?: Readonly<Record<string, string>>;
  readonly responseBody?: string;
  readonly durationMs?: number;
  readonly outcome: 'pending' | 'answered' | 'cut' | 'aborted';
  readonly ran: readonly string[];
}

export interface AppView {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly installation: {
    readonly client_name: string;
    readonly display_name?: string;
    readonly grant_types?: readonly string[];
    readonly redirect_uris?: readonly string[];
    readonly scope?: string;
    readonly enabled?: boolean;
  };
}

export interface UserView {
  readonly userId: string;
  readonly loginName: string;
  readonly password: string;
  readonly permissions: readonly string[];
  readonly isAdmin: boolean;
}

export interface TokenView {
  readonly id: string;
  readonly token: string;
  readonly kind: 'app' | 'user';
  readonly accountId: string;
  readonly clientId: string;
  readonly scope: string;
  readonly userId?: string;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

export interface FaultView {
  readonly id: number;
  readonly definition: Readonly<Record<string, unknown>>;
  readonly hits: number;
  readonly enabled: boolean;
}

export interface ClockView {
  readonly nowMs: number;
  readonly offsetMs: number;
}
