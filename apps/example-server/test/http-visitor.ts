import { request as requestPlain, type IncomingHttpHeaders } from 'node:http';
import { request as requestTls } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Example } from './example-under-test.ts';

/** What came back. Redirects are not followed. */
export interface Answer {
  readonly url: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A browser without pages: it keeps cookies, by host. */
export interface HttpVisitor {
  readonly answers: readonly Answer[];
  get(address: string): Promise<Answer>;
  post(address: string, form: Readonly<Record<string, string>>): Promise<Answer>;
  /** Goes to an address, and on to wherever it leads on the same server. */
  follow(address: string): Promise<Answer>;
  cookies(): ReadonlyMap<string, string>;
}

/** @param baseUrl - of the server; other addresses are on this machine, too. */
export function createHttpVisitor(baseUrl: string): HttpVisitor {
  const jars = new Map<string, Map<string, string>>();
  const answers: Answer[] = [];

  async function send(address: string, form?: Readonly<Record<string, string>>): Promise<Answer> {
    const url = new URL(address, baseUrl);
    const jar = jars.get(url.host) ?? new Map<string, string>();
    jars.set(url.host, jar);
    const body = form === undefined ? undefined : new URLSearchParams(form).toString();
    const cookie = [...jar].map((pair) => pair.join('=')).join('; ');
    const options = {
      host: '127.0.0.1',
      port: url.port,
      path: `${url.pathname}${url.search}`,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        host: url.host,
        ...(cookie === '' ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      agent: false as const,
      rejectUnauthorized: false,
    };
    const request = (url.protocol === 'https:' ? requestTls : requestPlain)(options);
    const answered = new Promise<Answer>((resolve, reject) => {
      request.on('error', reject);
      request.on('response', (response) => {
        text(response).then((received) => {
          resolve({ url: url.href, status: response.statusCode!, headers: response.headers, text: received });
        }, reject);
      });
    });
    request.end(body);
    const answer = await answered;
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      jar.set(name!, value!);
    }
    answers.push(answer);
    return answer;
  }

  async function follow(address: string): Promise<Answer> {
    const answer = await send(address);
    const { location } = answer.headers;
    return location !== undefined && new URL(location, answer.url).origin === new URL(baseUrl).origin
      ? follow(location)
      : answer;
  }

  return {
    answers,
    get: (address) => send(address),
    post: (address, form) => send(address, form),
    follow,
    cookies: () => jars.get(new URL(baseUrl).host) ?? new Map<string, string>(),
  };
}

/** Logs a visitor in, past the login page of Sentinel. */
export async function logVisitorIn(visitor: HttpVisitor, { emulator }: Example, loginName = 'ada'): Promise<Answer> {
  const { headers } = await visitor.get('/login');
  return visitor.follow(emulator.signIn(headers.location!, loginName));
}

/** What a page's form for a function sends. */
export async function readCallForm(
  visitor: HttpVisitor,
  uuid: string,
): Promise<{ readonly action: string; readonly fields: Record<string, string> }> {
  const page = await visitor.get(`/functions/${uuid}`);
  const [, action] = /<form class="call" method="post" action="([^"]+)"/.exec(page.text)!;
  const fields: Record<string, string> = {};
  for (const [, name, value] of page.text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)) {
    fields[name!] = value!;
  }
  return { action: action!, fields };
}
