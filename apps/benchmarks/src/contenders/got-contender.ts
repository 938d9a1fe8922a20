import { Agent } from 'node:http';
import { got } from 'got';
import { expectAccepted, type MakeContender } from './contender.ts';
import { buildInvocation, FIXED_AUTHORIZATION, invocationUrl } from './invocation-request.ts';

/** Limit of one request, as our client sets it. */
const TIMEOUT_MS = 40_000;

/** got 14 with a limit and without repeats, on kept connections. */
export const makeContender: MakeContender = (port) => {
  const agent = new Agent({ keepAlive: true });
  const client = got.extend({
    agent: { http: agent },
    timeout: { request: TIMEOUT_MS },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
  });
  const url = invocationUrl(port);
  return {
    async invoke() {
      const { headers, body } = buildInvocation(FIXED_AUTHORIZATION);
      const response = await client.post<unknown>(url, { headers, body, responseType: 'json' });
      if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}`);
      expectAccepted(response.body);
    },
    close() {
      agent.destroy();
      return Promise.resolve();
    },
  };
};
