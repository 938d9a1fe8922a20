import type { ClientEvent } from '@lp-functions/client';
import { expect, test } from 'vitest';
import { repeatNotice } from '../../src/terminal/repeat-notice.ts';

const ATTEMPT = {
  type: 'attempt',
  operation: 'discover',
  origin: 'https://api.liveperson.net',
  durationMs: 3,
} as const;

test.each<[string | undefined, ClientEvent, number | undefined]>([
  [
    'attempt 2 of 4 in 5 s: HTTP 502 from api.liveperson.net',
    { ...ATTEMPT, attempt: 1, status: 502, repeatInMs: 5_000 },
    undefined,
  ],
  [
    'attempt 3 of 3 in 180 ms: no answer (UNREACHABLE) from api.liveperson.net',
    { ...ATTEMPT, attempt: 2, errorCode: 'UNREACHABLE', repeatInMs: 180.4 },
    2,
  ],
  [undefined, { ...ATTEMPT, attempt: 4, status: 502 }, undefined],
  [undefined, { type: 'token-renewed', lifetimeMs: 1 }, undefined],
])('%s', (notice, event, retries) => {
  expect(repeatNotice(event, retries)).toBe(notice);
});
