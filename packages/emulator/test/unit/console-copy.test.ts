import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { curlOf } from '../../console/copy-as-curl.ts';
import { typeScriptOf } from '../../console/copy-as-typescript.ts';
import type { RequestView } from '../../console/emulator-views.ts';
import { environmentText, SHELLS, THREE_LINES } from '../../console/environment-text.ts';
import { MASK } from '../../console/shell-text.ts';

const ORIGIN = 'http://127.0.0.1:8787';
const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
const INVOCATION: RequestView = {
  id: 1,
  service: 'gateway',
  operation: 'invokeByUuid',
  method: 'POST',
  url: `/api/account/12345678/lambdas/${UUID}/invoke?v=1&externalSystem=shop&skillId=7`,
  path: `/api/account/12345678/lambdas/${UUID}/invoke`,
  query: { v: '1', externalSystem: 'shop', skillId: '7' },
  headers: {
    host: 'va.faasgw.liveperson.net',
    authorization: `Bearer ${MASK}`,
    'content-type': 'application/json',
    'content-length': '2',
    connection: 'keep-alive',
  },
  accountId: '12345678',
  uuid: UUID,
  startedAtMs: 0,
  bodyCut: false,
  responseBodyCut: false,
  body: '{"timestamp":0,"headers":[{"key":"a","value":"b"}],"payload":{"n":1,"it\'s":"$(reboot) `x`"}}',
  outcome: 'answered',
  ran: [],
};

/** What a shell makes of a command that calls curl: its parameters. */
function parametersOf(command: string, environment: Readonly<Record<string, string>> = {}): string[] {
  const script = `curl() { for p in "$@"; do printf '%s\\0' "$p"; done; }\n${command}\n`;
  return execFileSync('sh', ['-c', script], { env: environment, encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('copy as curl', () => {
  test('is the same request to the emulator, with the token in a variable', () => {
    const parameters = parametersOf(curlOf(INVOCATION, ORIGIN), { LPFN_TOKEN: 'the-token' });
    expect(parameters).toEqual([
      '-i',
      `${ORIGIN}${INVOCATION.url}`,
      '-H',
      'authorization: Bearer the-token',
      '-H',
      'content-type: application/json',
      '--data-raw',
      INVOCATION.body,
    ]);
  });

  test('a GET has no method, another has; a body without a type stays without', () => {
    const plain = { ...INVOCATION, headers: {}, body: '' };
    expect(parametersOf(curlOf({ ...plain, method: 'GET' }, ORIGIN))).toEqual(['-i', `${ORIGIN}${plain.url}`]);
    expect(parametersOf(curlOf(plain, ORIGIN)).slice(2)).toEqual(['-X', 'POST']);
    expect(parametersOf(curlOf({ ...plain, method: 'HEAD' }, ORIGIN)).slice(2)).toEqual(['-I']);
    expect(parametersOf(curlOf({ ...plain, body: '{}' }, ORIGIN)).slice(2)).toEqual([
      '-H',
      'content-type:',
      '--data-raw',
      '{}',
    ]);
  });

  test('a client secret comes from its variable', () => {
    const body = `grant_type=client_credentials&client_secret=${MASK}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const form = { ...INVOCATION, service: 'sentinel', headers, body };
    const environment = { LPFN_CLIENT_SECRET: "it's", LPFN_MASKED_1: 'masked' };
    expect(parametersOf(curlOf(form, ORIGIN), environment).slice(-4)).toEqual([
      '--data-raw',
      'grant_type=client_credentials',
      '--data-urlencode',
      "client_secret=it's",
    ]);
    // Only there: a payload's field of that name, another service's form, and a secret within another value have nothing to do with the app.
    for (const other of [
      { ...form, service: 'gateway' },
      { ...form, body: `client_secret=x${MASK}` },
      { ...form, service: 'gateway', headers: {}, body: `{"payload":{"client_secret":"${MASK}"}}` },
    ]) {
      expect(curlOf(other, ORIGIN)).not.toContain('LPFN_CLIENT_SECRET');
      expect(parametersOf(curlOf(other, ORIGIN), environment).at(-1)).toBe(other.body.replace(MASK, 'masked'));
      expect(typeScriptOf({ ...other, operation: 'token' }, ORIGIN)).not.toContain('LPFN_CLIENT_SECRET');
    }
  });

  test('nothing that was sent is read by the shell', () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('\'"`$(){};&|\\ \n!*?[]<>#~a%é')) });
    const names = fc.stringMatching(/^[a-z-]{1,12}$/);
    fc.assert(
      fc.property(
        text,
        text,
        fc.dictionary(names, text, { maxKeys: 3, noNullPrototype: true }),
        (url, body, headers) => {
          const sent = {
            ...INVOCATION,
            url: `/${url}`,
            body: `x${body}`,
            headers: { ...headers, 'content-type': 'a' },
          };
          const parameters = parametersOf(curlOf(sent, ORIGIN));
          expect(parameters).toContain(`${ORIGIN}/${url}`);
          expect(parameters.at(-1)).toBe(`x${body}`);
        },
      ),
      { numRuns: 40 },
    );
  });
});

/** Whether a text is TypeScript, as far as one can say without types. */
function mistakesIn(code: string): readonly string[] {
  const { diagnostics = [] } = ts.transpileModule(code, {
    reportDiagnostics: true,
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  });
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe('copy as TypeScript', () => {
  test('an invocation is the call of the client, with payload, headers and what the query says', () => {
    const code = typeScriptOf(INVOCATION, ORIGIN);
    expect(mistakesIn(code)).toEqual([]);
    expect(code).toContain("import { clientCredentials, createFunctionsClient } from '@lp-functions/client';");
    expect(code).toContain(`discoveryUrl: '${ORIGIN}'`);
    expect(code).toContain(`functions.invokeByUuid('${UUID}', {`);
    expect(code).toContain('"eventSource": "shop"');
    expect(code).toContain('"skillId": "7"');
    expect(code).not.toContain(MASK);
  });

  test.each<[string, Partial<RequestView>, string]>([
    ['invokeByEvent', { eventId: 'an_event', uuid: undefined as never }, "functions.invokeByEvent('an_event', {"],
    ['isImplemented', { eventId: 'an_event', method: 'GET' }, 'functions.isImplemented({'],
    ['listFunctions', { query: { state: ['Draft', 'Productive'] }, method: 'GET' }, '"Productive"'],
    ['listLambdas', { query: { state: '' }, method: 'GET' }, 'functions.getLambdas()'],
    ['listDomains', { method: 'GET' }, 'functions.discovery.list()'],
    [
      'resolveDomain',
      { path: '/api/account/1/service/faasGW/baseURI.json', method: 'GET' },
      "functions.discovery.resolve('faasGW')",
    ],
    ['appToken', {}, 'functions.authorizer.authorize('],
    ['token', { body: `code=${MASK}` }, 'body: `code=${masked1}`'],
    ['invokeByUuid', { query: { userId: `u-${MASK}` }, url: `/x?userId=u-${MASK}` }, '"userId": `u-${masked1}`'],
    [
      'listFunctions',
      { query: { functionName: MASK }, url: `/x?functionName=${MASK}`, method: 'GET' },
      '"name": masked1',
    ],
    ['unknown', { accountId: undefined as never, method: 'GET', body: '' }, 'await fetch('],
  ])('%s', (operation, more, expected) => {
    const code = typeScriptOf({ ...INVOCATION, operation, ...more }, ORIGIN);
    expect(mistakesIn(code)).toEqual([]);
    expect(code).toContain(expected);
  });

  test('a body that is no invocation is sent as it was', () => {
    for (const body of ['not json', '[1]', '{"headers":{"a":1}}', 'null', '']) {
      const code = typeScriptOf({ ...INVOCATION, body }, ORIGIN);
      expect(mistakesIn(code)).toEqual([]);
      expect(code).toContain('await fetch(');
    }
  });

  test('any JSON comes out as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (payload) => {
        const body = JSON.stringify({ payload });
        const code = typeScriptOf({ ...INVOCATION, query: {}, headers: {}, body }, ORIGIN);
        expect(mistakesIn(code)).toEqual([]);
        const call = /invokeByUuid\('[^']+', ([\s\S]*)\);\nconsole\.log\(result\);/.exec(code)?.[1] ?? '';
        // eslint-disable-next-line @typescript-eslint/no-implied-eval
        const value = new Function(`return (${call})`)() as unknown;
        expect(JSON.stringify(value)).toBe(JSON.stringify(payload ?? {}));
      }),
      { numRuns: 100 },
    );
  });

  test('text from outside stays text, whatever it has in it', () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('\'"`$(){}\\\n\r\u2028*/ a')) });
    fc.assert(
      fc.property(text, text, (url, value) => {
        const sent = { ...INVOCATION, operation: 'unknown', url: `/${url}`, headers: { 'x-a': `${MASK}${value}` } };
        const code = typeScriptOf({ ...sent, body: `${value}${MASK}` }, ORIGIN);
        expect(mistakesIn(code)).toEqual([]);
        const seen: unknown[] = [];
        // eslint-disable-next-line @typescript-eslint/no-implied-eval
        const run = new Function('fetch', 'process', 'console', `return (async () => {${code}})()`) as (
          ...parameters: unknown[]
        ) => Promise<void>;
        const answer = { status: 200, text: () => '' };
        void run(
          (...parameters: unknown[]) => (seen.push(...parameters), answer),
          { env: { LPFN_MASKED_1: 's', LPFN_MASKED_2: 's' } },
          { log: () => undefined },
        );
        expect(seen).toEqual([
          `${ORIGIN}/${url}`,
          expect.objectContaining({ headers: { 'x-a': `s${value}` }, body: `${value}s` }),
        ]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the first-run panel', () => {
  test('has three lines, and variables that a shell reads back', () => {
    expect(mistakesIn(THREE_LINES)).toEqual([]);
    expect(THREE_LINES.split('\n')).toHaveLength(3);
    const value = 'it\'s $HOME "quoted"';
    const text = environmentText({ LPFN_CLIENT_SECRET: value, LPFN_ACCOUNT_ID: '12345678' }, 'sh');
    const shown = execFileSync('sh', ['-c', `${text}\nprintf '%s|%s' "$LPFN_CLIENT_SECRET" "$LPFN_ACCOUNT_ID"`], {
      encoding: 'utf8',
    });
    expect(shown).toBe(`${value}|12345678`);
    expect(SHELLS.map((shell) => environmentText({ A: "b'c" }, shell))).toEqual([
      "export A='b'\\''c'",
      'A="b\'c"',
      "$env:A = 'b''c'",
    ]);
  });
});
