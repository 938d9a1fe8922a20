import { inspect } from 'node:util';
import { expect } from 'vitest';
import {
  type Authorizer,
  type ClientEvent,
  createHttpClient,
  type HttpClient,
  type HttpClientOptions,
  type Logger,
} from '@lp-functions/http';
import { createTestClock, type TestClock } from '@lp-functions/http/testing';
import {
  type AuthMethod,
  clientCredentials,
  type ClientCredentialsOptions,
  createMemoryTokenStore,
  type TokenStore,
} from '../src/index.ts';

export const ACCOUNT = '12345678';
export const CLIENT_ID = '7d3c5a4e-app';
/** Everything that an encoding may get wrong. */
export const CLIENT_SECRET = 's3cret+&%=# blank "q" \\ /ä€😀 end';

const said: string[] = [];

/** Remembers what a person may come to see: an error, an event, a log line. */
export function note(value: unknown): void {
  said.push(inspect(value, { depth: 10, showHidden: true }), JSON.stringify(value) ?? '');
}

/** Fails if anything that was noted shows the client secret, a credential made of it, or a token. */
export function expectNothingLeaked(secrets: readonly string[] = []): void {
  expect(said.length).toBeGreaterThan(0);
  const pattern = leakPattern(secrets);
  expect(said.filter((text) => pattern.test(text))).toEqual([]);
}

export function leakPattern(secrets: readonly string[] = []): RegExp {
  const spellings = [CLIENT_SECRET, ...secrets].flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ secret }).toString().slice('secret='.length),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    basicCredential(CLIENT_ID, secret),
    // What is left when a text is cut in the middle of the secret.
    secret.slice(0, 12),
    encodeURIComponent(secret).slice(0, 14),
  ]);
  const literal = spellings.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp([...literal, 'tkn-', 'eyJ[\\w-]{8}'].join('|'));
}

/** What RFC 6749 section 2.3.1 makes of id and secret: form-encoded, joined, in Base64. */
export function basicCredential(clientId: string, secret: string): string {
  const [id, password] = [clientId, secret].map((text) =>
    new URLSearchParams({ text }).toString().slice('text='.length),
  );
  return Buffer.from(`${id!}:${password!}`).toString('base64').replace(/=+$/, '');
}

/** What a promise rejects with, noted; fails the test if it does not. */
export async function rejectionOf(work: Promise<unknown>): Promise<Record<string, unknown>> {
  let value: unknown;
  try {
    value = await work;
  } catch (error) {
    note(error);
    return error as Record<string, unknown>;
  }
  throw new Error(`expected a rejection, but got ${inspect(value)}`);
}

export interface Identity {
  readonly clock: TestClock;
  readonly http: HttpClient;
  readonly events: ClientEvent[];
  readonly lines: { readonly level: string; readonly message: string; readonly fields: unknown }[];
  readonly logger: Logger;
  readonly authorizer: Authorizer;
  /** The token that a request would carry now. */
  token(rejected?: string): Promise<string>;
}

export interface IdentityOptions {
  readonly sentinel: string;
  readonly accountId?: string;
  readonly app?: Partial<ClientCredentialsOptions>;
  readonly auth?: AuthMethod;
  readonly store?: TokenStore;
  readonly clock?: TestClock;
  readonly http?: HttpClientOptions;
}

/** An identity with a client of its own, whose clock stands still, and who is listened to. */
export function identity(options: IdentityOptions): Identity {
  const { sentinel, accountId = ACCOUNT, clock = createTestClock() } = options;
  const events: ClientEvent[] = [];
  const lines: Identity['lines'] = [];
  const write =
    (level: string) =>
    (message: string, fields?: unknown): void => {
      note([message, fields]);
      lines.push({ level, message, fields });
    };
  const logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const onEvent = (event: ClientEvent): void => {
    note(event);
    events.push(event);
  };
  const http = createHttpClient({ clock, logger, onEvent, random: () => 0, ...options.http });
  const method =
    options.auth ?? clientCredentials({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, ...options.app });
  const authorizer = method({
    accountId,
    sentinelDomain: () => Promise.resolve(sentinel),
    http,
    clock,
    tokenStore: options.store ?? createMemoryTokenStore(),
    onEvent,
  });
  return {
    clock,
    http,
    events,
    lines,
    logger,
    authorizer,
    async token(rejected) {
      const before = rejected === undefined ? undefined : { headers: { authorization: `Bearer ${rejected}` } };
      const headers = await authorizer.authorize({ url: 'https://gw.example/', method: 'POST' }, before);
      return headers['authorization']!.replace('Bearer ', '');
    },
  };
}
