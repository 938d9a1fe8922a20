// What the scripting interface answers, as its OpenAPI document describes it, as far as the console shows it.

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
  readonly bodyCharacters?: number;
  readonly bodyCut: boolean;
  readonly status?: number;
  readonly responseHeaders?: Readonly<Record<string, string>>;
  readonly responseBody?: string;
  readonly responseBodyCharacters?: number;
  readonly responseBodyCut: boolean;
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

/** Answer to a registration. */
export interface NewAppView extends AppView {
  readonly warnings: readonly { readonly path: string; readonly message: string }[];
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
