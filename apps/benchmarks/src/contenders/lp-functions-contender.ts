import { clientCredentials, createFunctionsClient } from '@lp-functions/client';
import { ACCOUNT, FUNCTION_HEADERS, PAYLOAD } from '../platform/account.ts';
import { expectAccepted, type MakeContender } from './contender.ts';

/** Ours, as a reader of its README would set it up. */
export const makeContender: MakeContender = (port) => {
  const { accountId, clientId, clientSecret, functionUuid, eventSource } = ACCOUNT;
  const client = createFunctionsClient({
    accountId,
    auth: clientCredentials({ clientId, clientSecret }),
    discoveryUrl: `http://127.0.0.1:${port}`,
    eventSource,
  });
  return {
    async invoke() {
      const { result } = await client.invokeByUuid(functionUuid, PAYLOAD, { headers: FUNCTION_HEADERS });
      expectAccepted(result);
    },
    close: () => client.close(),
  };
};
