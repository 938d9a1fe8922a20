import { type Emulator, startEmulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttpClient, DEFAULT_HOST_POLICY, judgeHost } from '../../src/index.ts';
import { expectNoLeak, SECRETS } from '../leak-check.ts';
import { BOTH_TRANSPORTS, transportOf } from './both-transports.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ app: { clientId: 'suite-client', clientSecret: SECRETS.clientSecret } });
  emulator.functions.add({ name: 'throws', code: 'async function lambda() { throw new Error("out of stock"); }' });
});
afterAll(() => emulator.close());

describe.each(BOTH_TRANSPORTS)('$name against the platform', ({ create }) => {
  it('finds the hosts, gets a token and sees a function fail with 901, by hand', async () => {
    const { accountId, discoveryUrl } = emulator;
    const http = createHttpClient({ transport: transportOf(create) });

    const list = await http.request({
      context: { operation: 'list' },
      method: 'GET',
      url: `${discoveryUrl}/api/account/${accountId}/service/baseURI.json?version=1.0`,
      rule: 'read',
    });
    const { baseURIs } = JSON.parse(list.text) as { baseURIs: { service: string; baseURI: string }[] };
    const originFor = (service: string): string => {
      const host = baseURIs.find((entry) => entry.service === service)?.baseURI ?? '';
      const judgement = judgeHost(host, DEFAULT_HOST_POLICY, discoveryUrl);
      return judgement.trusted ? judgement.origin : expect.fail(`${host} is not trusted: ${judgement.reason}`);
    };

    const form = { grant_type: 'client_credentials', client_id: 'suite-client', client_secret: SECRETS.clientSecret };
    const grant = await http.request({
      context: { operation: 'clientCredentials' },
      method: 'POST',
      url: `${originFor('sentinel')}/sentinel/api/account/${accountId}/app/token?v=2.0`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      rule: 'grant',
      secrets: [SECRETS.clientSecret],
    });
    const { access_token: token } = JSON.parse(grant.text) as { access_token: string };

    const { uuid } = emulator.functions.get('throws');
    const before = emulator.functions.get('throws').invocations;
    const answer = await http.request({
      context: { operation: 'invokeByUuid', target: uuid },
      method: 'POST',
      url: `${originFor('faasGW')}/api/account/${accountId}/lambdas/${uuid}/invoke?v=1`,
      headers: { 'content-type': 'application/json', 'lp-eventsource': 'suite' },
      body: JSON.stringify({ timestamp: 0, headers: [], payload: {} }),
      rule: 'invocation',
      idempotent: true,
      authorizer: { authorize: () => Promise.resolve({ authorization: `Bearer ${token}` }) },
    });
    expect(answer).toMatchObject({ status: 901, attempts: 1, earlierMayHaveRun: false });
    expect(answer.text).toContain('com.customer.faas.function.threw-error');
    expect(emulator.functions.get('throws').invocations).toBe(before + 1);
    expectNoLeak(answer);
  });
});
