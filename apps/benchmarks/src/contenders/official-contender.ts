import { Client } from 'liveperson-functions-client';
import { ACCOUNT, FUNCTION_HEADERS, PAYLOAD } from '../platform/account.ts';
import { expectAccepted, type MakeContender } from './contender.ts';
import { closeSharedConnections, connectEverythingTo } from './loopback-connections.ts';

/** LivePerson's own client, unmodified; `protocol` is a documented option. See {@link connectEverythingTo}. */
export const makeContender: MakeContender = (port) => {
  connectEverythingTo(port);
  const { accountId, clientId, clientSecret, functionUuid, eventSource } = ACCOUNT;
  const client = new Client({ accountId, authStrategy: { clientId, clientSecret }, protocol: 'http' });
  return {
    async invoke() {
      const response: { readonly body?: unknown } = await client.invoke({
        lambdaUuid: functionUuid,
        lpEventSource: eventSource,
        body: { headers: [...FUNCTION_HEADERS], payload: PAYLOAD },
      });
      expectAccepted(response.body);
    },
    close() {
      closeSharedConnections();
      return Promise.resolve();
    },
  };
};
