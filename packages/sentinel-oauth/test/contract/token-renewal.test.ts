import { createUndiciTransport } from '@lp-functions/http';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, expectNothingLeaked, identity, rejectionOf } from '../identity-under-test.ts';
import { granting, type Script, type ScriptedServer, startScriptedServer } from '../scripted-server.ts';

afterAll(() => expectNothingLeaked());

const HOUR_MS = 3_600_000;
let sentinel: ScriptedServer;
beforeEach(async () => {
  sentinel = await startScriptedServer(granting());
});
afterEach(() => sentinel.close());

const open = (options: Partial<Parameters<typeof identity>[0]> = {}) =>
  identity({ sentinel: sentinel.url, ...options });
const turns = (ms = 30) => new Promise((resolve) => setTimeout(resolve, ms));

describe('first token', () => {
  it('J1, K11: 1,000 concurrent first calls make one token request, on a slow server too', async () => {
    sentinel.script = granting({ expires_in: 3_600 }, { delayMs: 30 });
    const { token } = open();
    const tokens = await Promise.all(Array.from({ length: 1_000 }, () => token()));
    expect(new Set(tokens)).toEqual(new Set(['tkn-1-opaque']));
    expect(sentinel.requests).toHaveLength(1);
  });

  it('headers of one token are one object, and say nothing but the token', async () => {
    const { authorizer } = open();
    const asked = { url: 'https://gw.example/', method: 'POST' };
    const [first, second] = [await authorizer.authorize(asked), await authorizer.authorize(asked)];
    expect(first).toBe(second);
    expect(first).toEqual({ authorization: 'Bearer tkn-1-opaque' });
  });

  it('a first failure is thrown to all who wait, and not kept', async () => {
    sentinel.script = { status: 503, delayMs: 5 };
    const { token, events } = open();
    const errors = await Promise.all(Array.from({ length: 20 }, () => rejectionOf(token())));
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['SENTINEL_UNAVAILABLE']));
    expect(sentinel.requests).toHaveLength(4);
    expect(events.filter(({ type }) => type !== 'attempt')).toEqual([
      { type: 'token-renewal-failed', accountId: ACCOUNT, errorCode: 'SENTINEL_UNAVAILABLE', oldTokenLives: false },
    ]);
    sentinel.script = granting();
    expect(await token()).toBe('tkn-5-opaque');
  });
});

describe('windows', () => {
  it.each([60, 300, 1_799, 3_600])(
    'J2: a token of %d s is reused by a burst, until its soft window',
    async (seconds) => {
      sentinel.script = granting({ expires_in: seconds });
      const { token, clock } = open();
      const softMs = Math.min(seconds * 200, 300_000);
      for (let call = 0; call < 50; call++) {
        await token();
        clock.advance((seconds * 1_000 - softMs - 1) / 50);
      }
      expect(await token()).toBe('tkn-1-opaque');
      expect(sentinel.requests).toHaveLength(1);
    },
  );

  it('soft: the old token is served while one renewal runs in the background', async () => {
    const { token, clock, events } = open();
    await token();
    sentinel.script = granting({ expires_in: 3_600 }, { delayMs: 40 });
    clock.advance(HOUR_MS - 300_000);
    const burst = await Promise.all(Array.from({ length: 100 }, () => token()));
    expect(new Set(burst)).toEqual(new Set(['tkn-1-opaque']));
    await sentinel.received(2);
    expect(await token()).toBe('tkn-1-opaque');
    while ((await token()) === 'tkn-1-opaque') await turns(5);
    expect(await token()).toBe('tkn-2-opaque');
    expect(sentinel.requests).toHaveLength(2);
    expect(events.filter(({ type }) => type !== 'attempt')).toEqual(
      Array(2).fill({ type: 'token-renewed', accountId: ACCOUNT, lifetimeMs: HOUR_MS }),
    );
  });

  it('hard: all callers wait for the one renewal', async () => {
    const { token, clock } = open();
    await token();
    sentinel.script = granting({ expires_in: 3_600 }, { delayMs: 40 });
    clock.advance(HOUR_MS - 30_000);
    const burst = await Promise.all(Array.from({ length: 100 }, () => token()));
    expect(new Set(burst)).toEqual(new Set(['tkn-2-opaque']));
    expect(sentinel.requests).toHaveLength(2);
  });

  it('hard: callers join the renewal that the soft window began', async () => {
    sentinel.script = granting({ expires_in: 60 }, { delayMs: 60 });
    const { token, clock } = open();
    await token();
    clock.advance(48_000);
    expect(await token()).toBe('tkn-1-opaque');
    await sentinel.received(2);
    clock.advance(9_000);
    expect(await token()).toBe('tkn-2-opaque');
    expect(sentinel.requests).toHaveLength(2);
  });

  it('J1: at the moment of expiry 1,000 callers make one request', async () => {
    const { token, clock } = open();
    await token();
    sentinel.script = granting({ expires_in: 3_600 }, { delayMs: 30 });
    clock.advance(HOUR_MS);
    const burst = await Promise.all(Array.from({ length: 1_000 }, () => token()));
    expect(new Set(burst)).toEqual(new Set(['tkn-2-opaque']));
    expect(sentinel.requests).toHaveLength(2);
  });

  it('life is counted from before the request, not from the answer', async () => {
    const { token, clock } = open();
    sentinel.script = granting({ expires_in: 60 }, { delayMs: 60 });
    const first = token();
    await sentinel.received(1);
    clock.advance(60_000);
    expect(await first).toBe('tkn-1-opaque');
    expect(await token()).toBe('tkn-2-opaque');
  });

  it('K13: a wall clock that jumps forwards or backwards changes nothing', async () => {
    let wallMs = Date.UTC(2026, 0, 15);
    let monotonicMs = 50;
    const clock = {
      now: () => wallMs,
      monotonicNow: () => monotonicMs,
      sleep: () => Promise.resolve(),
      advance: () => {},
      sleeps: [],
    };
    const { token } = open({ clock });
    await token();
    for (const jumpMs of [86_400_000, -2 * 86_400_000, 3_600_000]) {
      wallMs += jumpMs;
      monotonicMs += 60_000;
      expect(await token()).toBe('tkn-1-opaque');
    }
    expect(sentinel.requests).toHaveLength(1);
    wallMs -= 10 * HOUR_MS;
    monotonicMs += HOUR_MS;
    expect(await token()).toBe('tkn-2-opaque');
    expect(sentinel.requests).toHaveLength(2);
  });
});

describe('J3: a renewal that fails while the old token lives is not noticed', () => {
  const failures: [string, Script, string][] = [
    ['503', { status: 503 }, 'SENTINEL_UNAVAILABLE'],
    ['500', { status: 500 }, 'SENTINEL_UNAVAILABLE'],
    ['429', { status: 429, headers: { 'retry-after': '2' } }, 'SENTINEL_UNAVAILABLE'],
    ['a reset', 'reset', 'CONNECTION_LOST'],
    ['half an answer', 'half', 'CONNECTION_LOST'],
    ['silence', 'silence', 'ATTEMPT_TIMEOUT'],
    ['HTML', { body: '<h1>Login</h1>' }, 'SENTINEL_UNREADABLE'],
    ['truncated JSON', { body: '{"access_token":"tkn-' }, 'SENTINEL_UNREADABLE'],
    ['a redirect', { status: 302, headers: { location: '/' } }, 'REDIRECT_REFUSED'],
    ['a refusal', { status: 401, body: { error: 'invalid_client' } }, 'GRANT_REFUSED'],
  ];

  it.each(
    failures.flatMap(([what, script, code]) => [3_600, 60].map((seconds) => [what, seconds, script, code] as const)),
  )('%s, token of %d s: until its real expiry, and is thrown then', async (_what, seconds, script, code) => {
    const lifeMs = seconds * 1_000;
    sentinel.script = granting({ expires_in: seconds });
    const { token, clock, events } = open(script === 'silence' ? { http: { timeoutMs: 150 } } : {});
    const first = await token();
    // On a busy machine even the first answer may be too late for so short a limit, and be asked for again.
    const slept = clock.sleeps.length;
    sentinel.script = script;
    const startMs = clock.monotonicNow();
    const at = async (ms: number): Promise<string> => {
      clock.advance(startMs + ms - clock.monotonicNow());
      return token();
    };
    const softMs = lifeMs - Math.min(lifeMs / 5, 300_000);
    const hardMs = lifeMs - Math.min(lifeMs / 20, 30_000);
    expect(await at(softMs)).toBe(first);
    // The background renewal fails, and nobody hears of it.
    while (!events.some(({ type }) => type === 'token-renewal-failed')) await turns(5);
    expect(clock.monotonicNow()).toBe(startMs + softMs);
    for (const share of [0.1, 0.5, 0.9]) expect(await at(softMs + (hardMs - softMs) * share)).toBe(first);
    await turns(script === 'silence' ? 250 : 20);
    for (const share of [0, 0.3, 0.6, 0.99]) expect(await at(hardMs + (lifeMs - hardMs) * share)).toBe(first);
    expect(clock.sleeps.slice(slept)).toEqual([]);
    expect(events.filter(({ type }) => type === 'token-renewal-failed')).toEqual(
      expect.arrayContaining([
        {
          type: 'token-renewal-failed',
          accountId: ACCOUNT,
          errorCode: code,
          oldTokenLives: true,
          ...(code === 'GRANT_REFUSED' ? { oauthError: 'invalid_client' } : {}),
        },
      ]),
    );
    clock.advance(startMs + lifeMs - clock.monotonicNow());
    expect(await rejectionOf(token())).toMatchObject({ code });
    sentinel.script = granting({ expires_in: seconds });
    clock.advance(60_000);
    expect(await token()).toMatch(/^tkn-\d+-opaque$/);
  });

  it('a renewal that drags on does not hold up callers in the hard window for ever', async () => {
    const { token, clock } = open();
    await token();
    sentinel.script = 'silence';
    clock.advance(HOUR_MS - 30_000);
    const waiting = token();
    await sentinel.received(2);
    clock.advance(5_000);
    expect(await waiting).toBe('tkn-1-opaque');
    expect(await token()).toBe('tkn-1-opaque');
    expect(sentinel.requests).toHaveLength(2);
  });

  it('who has no token left does not make do with the one attempt of the others', async () => {
    const { token, clock } = open();
    await token();
    sentinel.script = (_request, count) =>
      count === 2 ? { status: 503, delayMs: 80 } : { body: { access_token: 'tkn-late' } };
    clock.advance(HOUR_MS - 300_000);
    await token();
    await sentinel.received(2);
    clock.advance(300_000);
    const burst = await Promise.all(Array.from({ length: 50 }, () => token()));
    expect(new Set(burst)).toEqual(new Set(['tkn-late']));
    expect(sentinel.requests).toHaveLength(3);
  });
});

describe('a Sentinel that is out of order while no token lives', () => {
  it('is left alone after five failures in a row, for 1 s, doubling to 30 s; one call tries, then all go on', async () => {
    sentinel.script = { status: 503 };
    const { token, clock } = open();
    /** Requests of one burst: a call that asks makes four attempts. */
    async function burst(): Promise<number> {
      const before = sentinel.requests.length;
      const failures = await Promise.all(Array.from({ length: 10 }, () => rejectionOf(token())));
      expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(['SENTINEL_UNAVAILABLE']));
      return sentinel.requests.length - before;
    }
    for (let n = 0; n < 5; n++) expect(await burst()).toBe(4);
    for (const pauseMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      expect(await burst()).toBe(0);
      clock.advance(pauseMs - 1);
      expect(await burst()).toBe(0);
      clock.advance(1);
      expect(await burst()).toBe(4);
    }
    clock.advance(30_000);
    sentinel.script = granting();
    const before = sentinel.requests.length;
    await Promise.all(Array.from({ length: 10 }, () => token()));
    expect(sentinel.requests.length - before).toBe(1);
  });

  it('is told once for every question, not for every call', async () => {
    sentinel.script = { status: 503 };
    const { token, events } = open();
    const told = (): number => events.filter(({ type }) => type === 'token-renewal-failed').length;
    for (let n = 0; n < 5; n++) await rejectionOf(token());
    expect(told()).toBe(5);
    for (let n = 0; n < 20; n++) await rejectionOf(token());
    expect(told()).toBe(5);
  });

  it('failures while an old token lives do not count: the first call without one asks', async () => {
    sentinel.script = granting({ expires_in: 3_600 });
    const { token, clock, events } = open();
    const startMs = clock.now();
    await token();
    sentinel.script = { status: 503 };
    // One attempt after each pause, the last of them a second before the end.
    const failed = (): number => events.filter(({ type }) => type === 'token-renewal-failed').length;
    for (const [before, atMs] of [3_405_000, 3_412_000, 3_425_000, 3_447_000, 3_490_000, 3_599_000].entries()) {
      clock.advance(startMs + atMs - clock.now());
      await token();
      await expect.poll(failed).toBe(before + 1);
    }
    clock.advance(1_001);
    sentinel.script = granting();
    expect(await token()).toMatch(/opaque/);
  });
});

describe('J7: a refused grant', () => {
  const refusal: Script = { status: 401, body: { error: 'invalid_client' } };

  it('backs off 5 s, doubling to 60 s, however many call', async () => {
    sentinel.script = refusal;
    const { token, clock } = open();
    const asked: number[] = [];
    for (let second = 0; second <= 300; second++) {
      const before = sentinel.requests.length;
      const burst = await Promise.all(Array.from({ length: 10 }, () => rejectionOf(token())));
      expect(new Set(burst.map(({ oauthError }) => oauthError))).toEqual(new Set(['invalid_client']));
      if (sentinel.requests.length > before) asked.push(second);
      clock.advance(1_000);
    }
    expect(asked).toEqual([0, 5, 15, 35, 75, 135, 195, 255]);
    expect(sentinel.requests).toHaveLength(8);
  });

  it('is forgotten with the first success', async () => {
    sentinel.script = refusal;
    const { token, clock } = open();
    await rejectionOf(token());
    clock.advance(5_000);
    await rejectionOf(token());
    clock.advance(10_000);
    sentinel.script = granting({ expires_in: 60 });
    await token();
    sentinel.script = refusal;
    clock.advance(60_000);
    await rejectionOf(token());
    clock.advance(5_000);
    await rejectionOf(token());
    expect(sentinel.requests).toHaveLength(5);
  });

  it('a Retry-After that is too long to wait for is obeyed between calls, up to a minute', async () => {
    sentinel.script = { status: 429, headers: { 'retry-after': '3600' } };
    const { token, clock } = open();
    for (let call = 0; call < 10; call++) {
      expect(await rejectionOf(token())).toMatchObject({ code: 'SENTINEL_UNAVAILABLE', retryAfterMs: 3_600_000 });
      clock.advance(5_900);
    }
    expect(sentinel.requests).toHaveLength(1);
    sentinel.script = granting();
    clock.advance(1_000);
    expect(await token()).toBe('tkn-2-opaque');
  });
});

describe('J6: a 401 from the gateway', () => {
  let gateway: ScriptedServer;
  /** Tokens that the gateway takes. */
  let valid: (bearer: string) => boolean;
  beforeEach(async () => {
    valid = () => true;
    gateway = await startScriptedServer(({ headers }) =>
      valid(headers.authorization?.replace('Bearer ', '') ?? '')
        ? { body: 'true', delayMs: 5 }
        : { status: 401, headers: { 'www-authenticate': 'Bearer' } },
    );
  });
  afterEach(() => gateway.close());

  function caller(options: Partial<Parameters<typeof identity>[0]> = {}) {
    const who = open({ ...options, http: { transport: createUndiciTransport(), ...options.http } });
    const invoke = async (): Promise<number> => {
      const { status } = await who.http.request({
        context: { operation: 'invokeByUuid', accountId: ACCOUNT },
        method: 'POST',
        url: `${gateway.url}/invoke`,
        body: '{}',
        rule: 'invocation',
        authorizer: who.authorizer,
      });
      return status;
    };
    return { ...who, invoke };
  }

  it('leads to one renewal for all waiting callers, and each repeats once', async () => {
    const { invoke } = caller();
    await invoke();
    valid = (bearer) => bearer !== 'tkn-1-opaque';
    sentinel.script = granting({ expires_in: 3_600 }, { delayMs: 40 });
    const statuses = await Promise.all(Array.from({ length: 100 }, () => invoke()));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(sentinel.requests).toHaveLength(2);
    const sent = gateway.requests.map(({ headers }) => headers.authorization);
    expect(sent.filter((bearer) => bearer === 'Bearer tkn-1-opaque')).toHaveLength(101);
    expect(sent.filter((bearer) => bearer === 'Bearer tkn-2-opaque')).toHaveLength(100);
  });

  it('a late rejection of a token that was replaced meanwhile renews nothing', async () => {
    const { token } = open();
    await token();
    expect(await token('tkn-1-opaque')).toBe('tkn-2-opaque');
    expect(await token('tkn-1-opaque')).toBe('tkn-2-opaque');
    expect(await token('tkn-of-somebody-else')).toBe('tkn-2-opaque');
    expect(sentinel.requests).toHaveLength(2);
  });

  it('for good: no loop, and few token requests over many calls', async () => {
    valid = () => false;
    const { invoke, clock } = caller();
    for (let call = 0; call < 200; call++) {
      const before = gateway.requests.length;
      expect(await invoke()).toBe(401);
      expect(gateway.requests.length - before).toBeLessThanOrEqual(2);
      clock.advance(1_000);
    }
    // The first token, then renewals at 0, 1, 2, 7, 17, 37, 77, 137 and 197 s.
    expect(sentinel.requests).toHaveLength(10);
  });

  it('for good, with all calls at once: one renewal', async () => {
    valid = () => false;
    const { invoke } = caller();
    const statuses = await Promise.all(Array.from({ length: 200 }, () => invoke()));
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(sentinel.requests).toHaveLength(2);
    expect(gateway.requests.length).toBeLessThanOrEqual(400);
  });

  it('a token that has run out is replaced whatever was rejected before', async () => {
    const { token, clock } = open();
    sentinel.script = granting({ expires_in: 2 });
    await token();
    for (const n of [1, 2, 3]) await token(`tkn-${String(n)}-opaque`);
    expect(await token('tkn-4-opaque')).toBe('tkn-4-opaque');
    clock.advance(2_000);
    expect(await token('tkn-4-opaque')).toBe('tkn-5-opaque');
  });

  it('a Sentinel that gives the same token again ends in the 401', async () => {
    sentinel.script = { body: { access_token: 'tkn-same' } };
    valid = () => false;
    const { invoke } = caller();
    expect(await invoke()).toBe(401);
    expect(gateway.requests).toHaveLength(1);
    expect(sentinel.requests).toHaveLength(2);
  });

  it('during a background renewal joins it; if that fails, asks for one of its own', async () => {
    const { token, clock } = open();
    await token();
    sentinel.script = (_request, count) =>
      count === 2 ? { status: 503, delayMs: 40 } : { body: { access_token: `tkn-${String(count)}-opaque` } };
    clock.advance(HOUR_MS - 300_000);
    await token();
    await sentinel.received(2);
    expect(await token('tkn-1-opaque')).toBe('tkn-3-opaque');
    expect(sentinel.requests).toHaveLength(3);
  });

  it('a renewal that fails is the error of the call', async () => {
    const { invoke } = caller();
    await invoke();
    valid = () => false;
    sentinel.script = { status: 401, body: { error: 'invalid_client' } };
    expect(await rejectionOf(invoke())).toMatchObject({
      name: 'SentinelOAuthError',
      code: 'GRANT_REFUSED',
      oauthError: 'invalid_client',
    });
  });

  it('J9: a silent Sentinel ends in the deadline of each caller', async () => {
    sentinel.script = 'silence';
    const { http, authorizer } = open({ http: { transport: createUndiciTransport(), clock: undefined } });
    const call = () =>
      http.request({
        context: { operation: 'invokeByUuid', accountId: ACCOUNT },
        method: 'POST',
        url: `${gateway.url}/invoke`,
        rule: 'invocation',
        authorizer,
        limits: http.limits({ deadlineMs: 60 }),
      });
    const errors = await Promise.all([rejectionOf(call()), rejectionOf(call())]);
    for (const error of errors) expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED', executed: 'no' });
    // Shared work has no caller's deadline: on a busy machine the request may come after both.
    await sentinel.received(1);
    expect(sentinel.requests).toHaveLength(1);
    expect(gateway.requests).toHaveLength(0);
  });

  it('one caller who aborts, or runs out of time, does not end the request of the others', async () => {
    sentinel.script = granting({ expires_in: 3_600 }, { delayMs: 120 });
    const systemClocked = identity({
      sentinel: sentinel.url,
      http: { transport: createUndiciTransport(), clock: undefined },
    });
    const { http, authorizer } = systemClocked;
    const call = (limits: object) =>
      http.request({
        context: { operation: 'invokeByUuid', accountId: ACCOUNT },
        method: 'POST',
        url: `${gateway.url}/invoke`,
        rule: 'invocation',
        authorizer,
        limits: http.limits(limits),
      });
    const controller = new AbortController();
    const late = rejectionOf(call({ deadlineMs: 30 }));
    const aborted = rejectionOf(call({ signal: controller.signal }));
    const patient = call({});
    await sentinel.received(1);
    controller.abort();
    expect(await aborted).toMatchObject({ code: 'ABORTED' });
    expect(await late).toMatchObject({ name: 'TransportError', code: 'DEADLINE_EXCEEDED' });
    expect((await patient).status).toBe(200);
    expect(sentinel.requests).toHaveLength(1);
  });
});
