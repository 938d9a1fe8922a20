import { Agent, request } from 'undici';
import { expectAccepted, type MakeContender } from './contender.ts';
import { buildInvocation, FIXED_AUTHORIZATION, invocationUrl } from './invocation-request.ts';

/** The floor: undici's own `request`, with nothing but what an invocation needs. */
export const makeContender: MakeContender = (port) => {
  const dispatcher = new Agent();
  const url = invocationUrl(port);
  return {
    async invoke() {
      const { headers, body } = buildInvocation(FIXED_AUTHORIZATION);
      const response = await request(url, { dispatcher, method: 'POST', headers, body });
      if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}`);
      expectAccepted(await response.body.json());
    },
    close: () => dispatcher.close(),
  };
};
