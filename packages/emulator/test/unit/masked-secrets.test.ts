import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordedRequest } from '../../src/index.ts';
import { maskedRequest } from '../../src/scripting/masked-secrets.ts';

const PLAIN: RecordedRequest = {
  id: 1,
  service: 'sentinel',
  operation: 'token',
  method: 'POST',
  url: '/path?x=1',
  path: '/path',
  query: { x: '1' },
  headers: { host: 'localhost', 'x-request-id': 'an-id' },
  startedAtMs: 1,
  body: '{"payload":{"n":1}}',
  bodyCut: false,
  status: 200,
  responseBody: '{"result":1}',
  responseBodyCut: false,
  outcome: 'answered',
  ran: [],
};
const SECRET = 's3cret-of-26-letters-and-d';
const textOf = (request: RecordedRequest): string => JSON.stringify(request);

test('what holds no secret stays as it is', () => {
  expect(maskedRequest(PLAIN, [])).toEqual(PLAIN);
  const refused = { ...PLAIN, responseBody: '{"code":"com.customer.faas.function.threw-error","message":"no stock"}' };
  expect(maskedRequest(refused, ['another-secret'])).toEqual(refused);
  const words = {
    ...PLAIN,
    responseBody: '{"message":"The bearer token is missing."}',
    body: '{"payload":"Basic plan"}',
  };
  expect(maskedRequest(words, [])).toEqual(words);
  const cut = { ...PLAIN, responseBody: undefined };
  expect(maskedRequest(cut, [])).toEqual(cut);
});

test.each<[string, Partial<RecordedRequest>]>([
  ['a bearer header', { headers: { authorization: `Bearer ${SECRET}` } }],
  ['a Basic header', { headers: { authorization: `Basic ${Buffer.from(`id:${SECRET}`).toString('base64')}` } }],
  ['a cookie', { headers: { cookie: `a=b; session=${SECRET}` } }],
  ['a form', { body: `grant_type=client_credentials&client_secret=${SECRET}&scope=` }],
  ['the first field of a form', { body: `code=${SECRET}&x=y` }],
  ['a query', { url: `/path?client_secret=${SECRET}`, query: { client_secret: SECRET } }],
  ['a JSON answer', { responseBody: `{"access_token":"${SECRET}","token_type":"Bearer"}` }],
  ['a JSON answer that was cut', { responseBody: `{"token_type":"Bearer","refresh_token": "${SECRET}` }],
  ['a list in a query', { query: { token: [SECRET, SECRET] } }],
  [
    'an answer that echoes the header',
    { headers: { authorization: `Bearer ${SECRET}` }, responseBody: `{"message":"you sent <${SECRET}>"}` },
  ],
  [
    'an answer that echoes the form',
    { body: `client_secret=${SECRET}`, responseBody: `Refused: client_secret=${SECRET}` },
  ],
  ['a body that echoes an unknown bearer', { body: `{"payload":"authorization: Bearer ${SECRET}"}` }],
])('%s is masked', (_what, parts) => {
  const shown = maskedRequest({ ...PLAIN, ...parts }, []);
  expect(textOf(shown)).not.toContain(SECRET);
  expect(textOf(shown)).not.toContain(Buffer.from(`id:${SECRET}`).toString('base64'));
  expect(textOf(shown)).toContain('[masked]');
});

test('the scheme of a credential and the rest of a form remain readable', () => {
  const shown = maskedRequest(
    { ...PLAIN, headers: { authorization: `Bearer ${SECRET}` }, body: `grant_type=x&client_secret=${SECRET}&scope=y` },
    [],
  );
  expect(shown.headers['authorization']).toBe('Bearer [masked]');
  expect(shown.body).toBe('grant_type=x&client_secret=[masked]&scope=y');
});

test('known secrets are masked wherever and however they are written', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 6, maxLength: 30 }).filter((secret) => !'[masked]'.includes(secret.trim())),
      fc.constantFrom<'body' | 'responseBody' | 'url'>('body', 'responseBody', 'url'),
      (secret, field) => {
        const spelled = [encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
        for (const text of spelled) {
          const shown = maskedRequest({ ...PLAIN, [field]: `<>${text}<>` }, [secret]);
          expect(shown[field]).toBe('<>[masked]<>');
        }
      },
    ),
    { numRuns: 200 },
  );
});
