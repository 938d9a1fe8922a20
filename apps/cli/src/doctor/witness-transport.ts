import {
  createScrubber,
  headerValue,
  type HttpRequest,
  type HttpTransport,
  secretsOfHeaders,
} from '@lp-functions/http';

/** An answer as it passed by, with nothing in it that may not be shown. */
export interface Sighting {
  readonly origin: string;
  readonly status: number;
  /** The `Date` header. */
  readonly date: string | undefined;
  /** Epoch milliseconds. */
  readonly sentAtMs: number;
  /** Epoch milliseconds. */
  readonly receivedAtMs: number;
  /** The answer is a page for people: none of LivePerson's interfaces answers one. */
  readonly page: { readonly title: string | undefined } | undefined;
}

/** A transport that remembers what came back. */
export interface WitnessTransport extends HttpTransport {
  readonly sightings: readonly Sighting[];
}

const TITLE = /<title[^>]*>([^<]{1,200})/i;

/** Remembers what comes back through a transport. */
export function witnessTransport(transport: HttpTransport): WitnessTransport {
  const sightings: Sighting[] = [];
  return {
    sightings,
    async send(request) {
      const sentAtMs = Date.now();
      const answer = await transport.send(request);
      sightings.push({
        origin: new URL(request.url).origin,
        status: answer.status,
        date: headerValue(answer.headers, 'date'),
        sentAtMs,
        receivedAtMs: Date.now(),
        page: pageOf(answer.text, request),
      });
      return answer;
    },
    close: () => transport.close(),
  };
}

function pageOf(text: string, request: HttpRequest): Sighting['page'] {
  if (!/^\s*<(?:!doctype html|html|head|body|\?xml)/i.test(text)) return undefined;
  const title = TITLE.exec(text)?.[1];
  if (title === undefined) return { title: undefined };
  // A server may repeat what it was sent.
  const scrub = createScrubber([...secretsOfHeaders(request.headers), ...secretsOfForm(request.body)]);
  return {
    title: scrub(title)
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/[^\x20-\x7e\u00a0-\ud7ff]/g, '?')
      .trim(),
  };
}

function secretsOfForm(body: string | undefined): readonly string[] {
  return [...new URLSearchParams(body ?? '')].flatMap(([name, value]) =>
    /secret|token|code/.test(name) && value !== '' ? [value] : [],
  );
}

/**
 * What is to be said of a page that came in place of an answer.
 *
 * @returns `undefined` if the last answer was none.
 */
export function pageInstead(
  sightings: readonly Sighting[],
  proxy: string | undefined,
): { readonly saw: string; readonly advice: string } | undefined {
  const last = sightings.at(-1);
  if (last?.page === undefined) return undefined;
  const { title } = last.page;
  const named = title === undefined || title === '' ? 'an HTML page' : `an HTML page, ${JSON.stringify(title)},`;
  const via = proxy === undefined ? '' : ` through the proxy ${proxy}`;
  return {
    saw: `${named} came back${via} with HTTP ${String(last.status)}, where LivePerson answers JSON`,
    advice:
      proxy === undefined
        ? 'Something in between answers in place of LivePerson: a proxy, a firewall, the login page of a network. Open the address in a browser to see which.'
        : `The proxy answers in place of LivePerson. Let it pass ${new URL(last.origin).host}, or name that host in NO_PROXY.`,
  };
}
