import type { ClientEvent } from '@lp-functions/client';

/** Most repeats of one request, unless flags say otherwise: as the libraries have it. */
const DEFAULT_RETRIES = 3;

/**
 * What a person is told while a request waits to be repeated: `attempt 2 of 4 in 5 s: HTTP 502 from api.liveperson.net`.
 *
 * @param event - of the client.
 * @param retries - how often a request is repeated at most.
 * @returns `undefined` if nothing is to be repeated.
 */
export function repeatNotice(event: ClientEvent, retries: number = DEFAULT_RETRIES): string | undefined {
  if (event.type !== 'attempt' || event.repeatInMs === undefined) return undefined;
  const { attempt, repeatInMs, status, errorCode, origin } = event;
  const came = status === undefined ? `no answer (${errorCode ?? 'unknown'})` : `HTTP ${String(status)}`;
  const { host } = new URL(origin);
  // What a renewal of the token repeats is counted as well.
  const of = attempt + 1 > retries + 1 ? '' : ` of ${String(retries + 1)}`;
  const wait =
    repeatInMs < 1_000 ? `${String(Math.round(repeatInMs))} ms` : `${String(Math.round(repeatInMs / 1_000))} s`;
  return `attempt ${String(attempt + 1)}${of} in ${wait}: ${came} from ${host}`;
}
