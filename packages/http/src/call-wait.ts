import type { TransportWait } from '@lp-functions/errors';

const WAITS: Readonly<Record<TransportWait, string>> = {
  hosts: 'the host to send to',
  authorization: 'its authorization (a token)',
  listing: 'the listing of functions',
  connection: 'a connection',
  answer: 'the answer',
  deployment: 'the function to be deployed',
};

/** What a call was waiting for, in words that follow what ended it. */
export function whileWaiting(waitingFor: TransportWait | undefined): string {
  return waitingFor === undefined ? '' : ` while it waited for ${WAITS[waitingFor]}`;
}
