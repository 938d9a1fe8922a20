import { createSentinelClient } from '@lp-functions/sentinel-oauth';
import { describe, expect, test } from 'vitest';
import { type BegunLogin, matchLogin, withLogin, withoutLogin } from '../../src/login/pending-logins.ts';

const MINUTE_MS = 60_000;
const sentinel = createSentinelClient({
  accountId: '12345678',
  clientId: 'id',
  clientSecret: 'secret',
  sentinelDomain: () => 'va.sentinel.liveperson.net',
});

function begun(state: string, beganAtMs = 0): BegunLogin {
  return { url: 'https://va.sentinel.liveperson.net/', state, returnTo: '/', beganAtMs };
}

describe('logins that are pending in one browser', () => {
  test('are found by their state, whichever was begun first', () => {
    const pending = [begun('one'), begun('two')];
    for (const state of ['one', 'two']) {
      const matched = matchLogin(sentinel, `/callback?code=c&state=${state}`, pending, MINUTE_MS);
      expect(matched?.begun.state).toBe(state);
      expect(matched?.answer).toHaveProperty('code');
    }
  });

  test('are ended by an error only if it has their state', () => {
    const pending = [begun('one')];
    const refused = matchLogin(sentinel, '/callback?error=access_denied&state=one', pending, 0);
    expect(refused?.answer).toMatchObject({ code: 'LOGIN_REFUSED', oauthError: 'access_denied' });
    expect(matchLogin(sentinel, '/callback?error=access_denied', pending, 0)).toBeUndefined();
    expect(matchLogin(sentinel, '/callback?error=access_denied&state=two', pending, 0)).toBeUndefined();
  });

  test('are not found without one, or when they are too old', () => {
    expect(matchLogin(sentinel, '/callback?code=c&state=one', [], 0)).toBeUndefined();
    expect(matchLogin(sentinel, '/callback?code=c&state=one', [begun('one')], 10 * MINUTE_MS)).toBeUndefined();
  });

  test('stay pending when what came back cannot be an answer', () => {
    expect(() => matchLogin(sentinel, '/callback?state=one&state=two&code=c', [begun('one')], 0)).toThrow(
      expect.objectContaining({ code: 'CALLBACK_INVALID' }),
    );
  });

  test('are few, and not for ever', () => {
    let pending: readonly BegunLogin[] = [];
    for (let count = 0; count < 8; count += 1) pending = withLogin(pending, begun(String(count), count));
    expect(pending.map(({ state }) => state)).toEqual(['3', '4', '5', '6', '7']);
    pending = withLogin(pending, begun('late', 11 * MINUTE_MS));
    expect(pending.map(({ state }) => state)).toEqual(['late']);
    expect(withoutLogin(pending, begun('late'))).toEqual([]);
  });
});
