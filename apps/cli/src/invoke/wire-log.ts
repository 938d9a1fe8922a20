import {
  createScrubber,
  type HttpRequest,
  type HttpResponse,
  type HttpTransport,
  secretsOfHeaders,
} from '@lp-functions/http';
import type { Output } from '../terminal/output.ts';
import { type Phases, watchPhases } from './exchange-phases.ts';
import { type MaskedBody, maskedCredentials, maskedInput } from './masked-body.ts';

/** Shows every request and answer of a run on stderr. */
export interface WireLog {
  /** Puts the log around a transport. */
  readonly around: (transport: HttpTransport) => HttpTransport;
  /** Says where the time went. */
  summarise(): void;
}

/** More of a body says nothing to a person. */
const MAX_BODY_CHARACTERS = 16_384;

/** Makes the log. What is secret is masked by its place (fields, headers), and everywhere else by its value. */
export function createWireLog(output: Output): WireLog {
  const secrets = new Set<string>();
  const spent = new Map<string, number>();
  const startedAtMs = performance.now();
  let first = true;

  const say = (prefix: string, text: string): void => {
    const clean = createScrubber([...secrets])(text);
    const shown =
      clean.length > MAX_BODY_CHARACTERS
        ? `${clean.slice(0, MAX_BODY_CHARACTERS)}… (${String(clean.length - MAX_BODY_CHARACTERS)} characters more)`
        : clean;
    for (const line of shown.split('\n')) output.say(`${prefix} ${line}`.trimEnd());
  };

  async function send(transport: HttpTransport, request: HttpRequest): Promise<HttpResponse> {
    const step = stepOf(request.url);
    // What the request carries must be known before its first line is printed: a server may have echoed it into an address.
    const body = bodyOf(step, request.body ?? '');
    for (const secret of secretsOf(request)) secrets.add(secret);
    if (!first) output.say('');
    first = false;
    say('*', step);
    say('>', `${request.method} ${request.url}`);
    for (const [name, value] of Object.entries(request.headers)) say('>', `${name}: ${value}`);
    if (body !== '') say('>', body);
    const phases = watchPhases();
    const beganAtMs = performance.now();
    const end = (what: string): void => {
      const ms = performance.now() - beganAtMs;
      spent.set(step, (spent.get(step) ?? 0) + ms);
      say('<', `${what} after ${inMs(ms)}${phasesText(phases.end())}`);
    };
    try {
      const response = await transport.send(request);
      const answer = bodyOf(step, response.text);
      end(String(response.status));
      for (const [name, value] of Object.entries(response.headers)) {
        say('<', `${name}: ${/^set-cookie$/i.test(name) ? '[secret]' : [value].flat().join(', ')}`);
      }
      if (answer !== '') say('<', answer);
      return response;
    } catch (error) {
      end(`no answer (${(error as Error).message})`);
      throw error;
    }
  }

  /** A body as it may be shown; remembers what it masks. */
  function bodyOf(step: Step, body: string): string {
    if (step !== 'token' && step !== 'invocation') return body;
    const masked: MaskedBody<unknown> = step === 'token' ? maskedCredentials(body) : maskedInput(body);
    for (const secret of masked.secrets) secrets.add(secret);
    return typeof masked.shown === 'string' ? masked.shown : JSON.stringify(masked.shown);
  }

  return {
    around: (transport) => ({
      send: (request) => send(transport, request),
      close: () => transport.close(),
    }),
    summarise() {
      const parts = [...spent].map(([step, ms]) => `${step} ${inMs(ms)}`);
      output.say('');
      say('*', `${inMs(performance.now() - startedAtMs)} in all: ${parts.join(', ') || 'nothing was sent'}`);
    },
  };
}

type Step = 'discovery' | 'token' | 'listing' | 'question' | 'invocation';

/** What a request is for, by its path. */
function stepOf(url: string): Step {
  const { pathname } = new URL(url);
  if (pathname.endsWith('/baseURI.json')) return 'discovery';
  if (pathname.startsWith('/sentinel/')) return 'token';
  if (pathname.endsWith('/invoke')) return 'invocation';
  return pathname.endsWith('/isImplemented') ? 'question' : 'listing';
}

function secretsOf({ headers }: HttpRequest): readonly string[] {
  return secretsOfHeaders(
    Object.fromEntries(Object.entries(headers).filter(([name]) => /authorization$|^cookie$/i.test(name))),
  );
}

function phasesText({ prepareMs, connectMs, waitMs, receiveMs }: Phases): string {
  const known = [
    ...(prepareMs === undefined || prepareMs < 1 ? [] : [`preparing ${inMs(prepareMs)}`]),
    ...(connectMs === undefined ? [] : [`connecting ${inMs(connectMs)}`]),
    ...(waitMs === undefined ? [] : [`waiting ${inMs(waitMs)}`]),
    ...(receiveMs === undefined ? [] : [`receiving ${inMs(receiveMs)}`]),
  ];
  return known.length === 0 ? '' : ` (${known.join(', ')})`;
}

function inMs(ms: number): string {
  return `${ms.toFixed(ms < 100 ? 1 : 0)} ms`;
}
