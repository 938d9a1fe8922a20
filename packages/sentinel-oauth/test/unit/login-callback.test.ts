import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { isSentinelOAuthError } from '@lp-functions/errors';
import { createSentinelClient } from '../../src/index.ts';
import { phaseOf } from '../../src/renewal-windows.ts';
import { ACCOUNT, CLIENT_ID, CLIENT_SECRET, expectNothingLeaked, note } from '../identity-under-test.ts';

const client = createSentinelClient({
  accountId: ACCOUNT,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  sentinelDomain: () => 'sentinel.example',
});
const STATE = 'tkn-state-of-this-login';
const CODE = 'tkn-code-of-this-login';

afterAll(() => {
  expectNothingLeaked();
});

function parse(callback: unknown): Record<string, unknown> {
  try {
    const { code } = client.parseCallback(callback as string, { state: STATE });
    return { code: code.reveal() };
  } catch (error) {
    note(error);
    if (!isSentinelOAuthError(error)) throw error;
    return { refused: error.code, oauthError: error.oauthError };
  }
}

describe('parseCallback', () => {
  test.each([
    [`https://app.example/callback?code=${CODE}&state=${STATE}`],
    [`/callback?code=${CODE}&state=${STATE}#fragment`],
    [`code=${CODE}&state=${STATE}&iss=https%3A%2F%2Fwhoever`],
    [new URL(`https://app.example/?state=${STATE}&code=${CODE}`)],
    [new URLSearchParams({ code: CODE, state: STATE, other: 'x' })],
  ])('finds the code in %s', (callback) => {
    expect(parse(callback)).toEqual({ code: CODE });
  });

  test.each([
    ['', 'STATE_MISMATCH'],
    [`?code=${CODE}`, 'STATE_MISMATCH'],
    [`?code=${CODE}&state=`, 'STATE_MISMATCH'],
    [`?code=${CODE}&state=${STATE}x`, 'STATE_MISMATCH'],
    [`?code=${CODE}&state=${STATE.toUpperCase()}`, 'STATE_MISMATCH'],
    [`?code=${CODE}&code=${CODE}&state=${STATE}`, 'CALLBACK_INVALID'],
    [`?code=${CODE}&state=${STATE}&state=other`, 'CALLBACK_INVALID'],
    [`?state=${STATE}`, 'CALLBACK_INVALID'],
    [`?code=&state=${STATE}`, 'CALLBACK_INVALID'],
    [`?code=${CODE}&error=access_denied&state=${STATE}`, 'CALLBACK_INVALID'],
    [`?error=a&error=b&state=${STATE}`, 'CALLBACK_INVALID'],
    [`?code=${CODE}&state=${STATE}${'x'.repeat(20_000)}`, 'CALLBACK_INVALID'],
    [undefined, 'CALLBACK_INVALID'],
    [42, 'CALLBACK_INVALID'],
    [`?error=access_denied&error_description=No&state=${STATE}`, 'LOGIN_REFUSED'],
  ])('%s: %s', (callback, code) => {
    expect(parse(callback)).toMatchObject({ refused: code });
  });

  test('an error without state, or with another, never ends the login, but is told', () => {
    expect(parse('?error=server_error')).toEqual({ refused: 'STATE_MISMATCH', oauthError: 'server_error' });
    expect(parse('?error=server_error&state=x')).toEqual({ refused: 'STATE_MISMATCH', oauthError: 'server_error' });
  });

  test('a login that is none is a mistake of the caller', () => {
    expect(() => client.parseCallback('?code=1', { state: '' })).toThrow('login.state');
    expect(() => client.parseCallback('?code=1', undefined as never)).toThrow('login.state');
  });

  test('whatever comes: no crash, typed errors only, and no code without the state', () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom('code', 'state', 'error', 'error_description', STATE, 'a-code', '&', '=', '?', '#', '%'),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        const found = parse(text);
        if (found['code'] !== undefined) expect(text).toContain(STATE);
        else expect(['STATE_MISMATCH', 'CALLBACK_INVALID', 'LOGIN_REFUSED']).toContain(found['refused']);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.anything(), (anything) => {
        expect(parse(anything)['code']).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});

describe('windows and clocks', () => {
  test('with a cadence a token is soft from its age on, and hard and expired as without', () => {
    const hour = 3_600_000;
    expect(phaseOf(30 * 60_000 - 1, 8 * hour, 30 * 60_000)).toBe('fresh');
    expect(phaseOf(30 * 60_000, 8 * hour, 30 * 60_000)).toBe('soft');
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1 }), fc.nat(), (ageMs, lifetimeMs, renewAfterMs) => {
        const without = phaseOf(ageMs, lifetimeMs);
        const phase = phaseOf(ageMs, lifetimeMs, renewAfterMs);
        expect(phase).toBe(without === 'fresh' && ageMs >= renewAfterMs ? 'soft' : without);
      }),
    );
  });
});
