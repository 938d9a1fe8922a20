import {
  clientCredentials,
  createFunctionsClient,
  type FunctionsClient,
  type TelemetryApi,
} from '@lp-functions/client';
import { ACCOUNT, FUNCTION_HEADERS, PAYLOAD } from '../platform/account.ts';
import { type Contender, expectAccepted, type MakeContender } from './contender.ts';

/** What of a build of our client is used. */
export interface ClientBuild {
  readonly createFunctionsClient: typeof createFunctionsClient;
  readonly clientCredentials: typeof clientCredentials;
}

/** Our client, as a reader of its README would set it up. */
export function makeClient(
  port: number,
  build: ClientBuild = { createFunctionsClient, clientCredentials },
  telemetry?: TelemetryApi,
): FunctionsClient {
  const { accountId, clientId, clientSecret, eventSource } = ACCOUNT;
  return build.createFunctionsClient({
    accountId,
    auth: build.clientCredentials({ clientId, clientSecret }),
    discoveryUrl: `http://127.0.0.1:${port}`,
    eventSource,
    // Absent, not undefined: an older build may not know the option.
    ...(telemetry === undefined ? {} : { telemetry }),
  });
}

/** Makes a contender of a client. */
export function contenderOf(client: FunctionsClient): Contender {
  return {
    async invoke() {
      const { result } = await client.invokeByUuid(ACCOUNT.functionUuid, PAYLOAD, { headers: FUNCTION_HEADERS });
      expectAccepted(result);
    },
    close: () => client.close(),
  };
}

/** Ours. */
export const makeContender: MakeContender = (port) => contenderOf(makeClient(port));
