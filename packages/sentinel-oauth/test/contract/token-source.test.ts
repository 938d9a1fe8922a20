import { inspect } from 'node:util';
import { Secret } from '@lp-functions/errors';
import { createTestClock } from '@lp-functions/http/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBearerAuthorizer, createTokenSource, fromStored, type TokenSet, toStored } from '../../src/index.ts';
import { expectNothingLeaked, note, rejectionOf } from '../identity-under-test.ts';

afterAll(() => expectNothingLeaked());

const unhandled: unknown[] = [];
const remember = (reason: unknown): void => void unhandled.push(reason);
beforeEach(() => {
  process.on('unhandledRejection', remember);
});
afterEach(async () => {
  await new Promise(setImmediate);
  process.off('unhandledRejection', remember);
  expect(unhandled.splice(0)).toEqual([]);
});

/** A source whose tokens are handed out by the test. */
function source(lifetimeMs = 60_000) {
  const clock = createTestClock();
  const asked: {
    last: TokenSet | undefined;
    brief: boolean;
    grant: (text?: string) => void;
    refuse: (error: unknown) => void;
  }[] = [];
  const lines: unknown[] = [];
  const write = (message: string, fields?: unknown): void => {
    note([message, fields]);
    lines.push(message);
  };
  const tokens = createTokenSource(
    (last, { brief }) =>
      new Promise((resolve, reject) => {
        const obtainedAtMs = clock.now();
        const name = `tkn-${String(asked.length + 1)}`;
        asked.push({
          last,
          brief,
          grant: (text = name) =>
            resolve({ accessToken: new Secret(text), obtainedAtMs, expiresAtMs: obtainedAtMs + lifetimeMs }),
          refuse: reject,
        });
      }),
    { clock, logger: { debug: write, info: write, warn: write, error: write } },
  );
  const text = async (rejected?: string): Promise<string> => (await tokens.get(rejected)).accessToken.reveal();
  return { clock, asked, tokens, text, lines };
}

describe('a token source', () => {
  it('tells what it replaces, and how badly it is needed', async () => {
    const { text, asked, clock } = source();
    const first = text();
    asked[0]!.grant();
    await first;
    clock.advance(50_000);
    await text();
    asked[1]!.grant();
    await new Promise(setImmediate);
    clock.advance(60_000);
    const third = text();
    asked[2]!.grant();
    await third;
    const fourth = text('tkn-3');
    await new Promise(setImmediate);
    asked[3]!.grant();
    await fourth;
    expect(asked.map(({ last, brief }) => [last?.accessToken.reveal(), brief])).toEqual([
      [undefined, false],
      ['tkn-1', true],
      ['tkn-2', false],
      ['tkn-3', false],
    ]);
  });

  it('a renewal that was under way at forget() serves who waits for it, and is not kept', async () => {
    const { text, asked, tokens } = source();
    const before = text();
    tokens.forget();
    const after = text();
    expect(asked).toHaveLength(2);
    asked[1]!.grant();
    expect(await after).toBe('tkn-2');
    asked[0]!.grant();
    expect(await before).toBe('tkn-1');
    expect(await text()).toBe('tkn-2');
    expect(asked).toHaveLength(2);
  });

  it('a renewal that fails after forget() does not hold back the next', async () => {
    const { text, asked, tokens } = source();
    const before = rejectionOf(text());
    tokens.forget();
    const after = text();
    asked[0]!.refuse(new Error('too late'));
    await before;
    asked[1]!.grant();
    expect(await after).toBe('tkn-2');
    expect(await text()).toBe('tkn-2');
  });

  it('forget() in the soft window: the background renewal is for nobody', async () => {
    const { text, asked, tokens, clock } = source();
    const first = text();
    asked[0]!.grant();
    await first;
    clock.advance(50_000);
    await text();
    tokens.forget();
    asked[1]!.refuse(new Error('too late'));
    await new Promise(setImmediate);
    const next = text();
    asked[2]!.grant();
    expect(await next).toBe('tkn-3');
  });

  it('a renewal that never settles ends for those who wait after 5 min, and another begins', async () => {
    const { text, asked, clock } = source();
    const stuck = rejectionOf(text());
    clock.advance(299_999);
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(asked).toHaveLength(1);
    clock.advance(1);
    expect(await stuck).toMatchObject({ name: 'TransportError', code: 'DEADLINE_EXCEEDED', operation: 'renewToken' });
    const next = text();
    asked[1]!.grant();
    expect(await next).toBe('tkn-2');
    // What comes after all changes nothing.
    asked[0]!.grant();
    await new Promise(setImmediate);
    expect(await text()).toBe('tkn-2');
  });

  it('one that never settles in the soft window is not noticed while the old token lives', async () => {
    const { text, asked, clock } = source();
    const first = text();
    asked[0]!.grant();
    await first;
    clock.advance(48_000);
    expect(await text()).toBe('tkn-1');
    clock.advance(9_000);
    const hard = text();
    clock.advance(1_500);
    expect(await hard).toBe('tkn-1');
    expect(await text()).toBe('tkn-1');
    expect(asked).toHaveLength(2);
  });

  it('who waits in the hard window until the token has run out gets a new one all the same', async () => {
    const { text, asked, clock } = source();
    const first = text();
    asked[0]!.grant();
    await first;
    clock.advance(57_000);
    const hard = text();
    clock.advance(3_000);
    asked[1]!.refuse(new Error('down'));
    while (asked.length < 3) await new Promise(setImmediate);
    asked[2]!.grant();
    expect(await hard).toBe('tkn-3');
    expect(asked.map(({ brief }) => brief)).toEqual([false, true, false]);
  });

  it('J3: a failed background renewal is tried again after 5 s, then 10 s, 20 s, and not before', async () => {
    const { text, asked, clock } = source(3_600_000);
    const first = text();
    asked[0]!.grant();
    await first;
    clock.advance(3_300_000);
    const askedAt: number[] = [];
    for (let second = 0; second < 60; second++) {
      const before = asked.length;
      expect(await text()).toBe('tkn-1');
      if (asked.length > before) {
        askedAt.push(second);
        asked.at(-1)!.refuse(new Error('down'));
        await new Promise(setImmediate);
      }
      clock.advance(1_000);
    }
    expect(askedAt).toEqual([0, 5, 15, 35]);
  });

  it('rejection, expiry and soft window at once: still one request at a time', async () => {
    const { text, asked, clock } = source();
    const first = text();
    asked[0]!.grant();
    await first;
    clock.advance(50_000);
    await text();
    const rejected = text('tkn-1');
    clock.advance(10_000);
    const expired = [text(), text('tkn-1'), text('tkn-0')];
    expect(asked).toHaveLength(2);
    asked[1]!.grant();
    expect(new Set(await Promise.all([rejected, ...expired]))).toEqual(new Set(['tkn-2']));
    expect(asked).toHaveLength(2);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('at once');
      },
    ],
    ['rejects', () => Promise.reject(new Error('later'))],
    ['rejects with nothing', () => Promise.reject(undefined as never)],
  ])('what obtain %s is thrown, and not kept', async (_how, fail) => {
    let calls = 0;
    const tokens = createTokenSource(
      () => {
        calls += 1;
        return fail();
      },
      { clock: createTestClock() },
    );
    for (let call = 1; call <= 3; call++) {
      await expect(
        tokens.get().then(
          () => 'token',
          () => 'rejected',
        ),
      ).resolves.toBe('rejected');
      expect(calls).toBe(call);
    }
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'tkn-1'],
    ['the wire form', { access_token: 'tkn-1', expires_in: 60 }],
    ['a token that is text', { accessToken: 'tkn-1', obtainedAtMs: 1, expiresAtMs: 2 }],
    ['an empty token', { accessToken: new Secret(''), obtainedAtMs: 1, expiresAtMs: 2 }],
    ['no times', { accessToken: new Secret('tkn-1') }],
    ['times that are none', { accessToken: new Secret('tkn-1'), obtainedAtMs: 1, expiresAtMs: Number.NaN }],
    [
      'a time without end',
      { accessToken: new Secret('tkn-1'), obtainedAtMs: 1, expiresAtMs: Number.POSITIVE_INFINITY },
    ],
    ['dates', { accessToken: new Secret('tkn-1'), obtainedAtMs: new Date(), expiresAtMs: new Date() }],
    [
      'a refresh token that is text',
      { accessToken: new Secret('tkn-1'), obtainedAtMs: 1, expiresAtMs: 2, refreshToken: 'tkn-r' },
    ],
    ['a scope that is a list', { accessToken: new Secret('tkn-1'), obtainedAtMs: 1, expiresAtMs: 2, scope: ['a'] }],
  ])('what is no TokenSet is refused: %s', async (_what, value) => {
    const tokens = createTokenSource(() => Promise.resolve(value as never), { clock: createTestClock() });
    expect(await rejectionOf(tokens.get())).toMatchObject({
      name: 'SentinelOAuthError',
      code: 'AUTHORIZER_FAILED',
      fault: 'caller',
    });
  });

  it('a token without life serves who waited for it, and nobody after', async () => {
    const { text, asked } = source(0);
    const first = text();
    asked[0]!.grant();
    expect(await first).toBe('tkn-1');
    const second = text();
    asked[1]!.grant();
    expect(await second).toBe('tkn-2');
  });

  it('a logger and a listener that throw or reject change nothing', async () => {
    for (const fail of [
      () => {
        throw new Error('logger bug');
      },
      () => Promise.reject(new Error('logger bug')),
    ] as (() => never)[]) {
      let answer: () => Promise<TokenSet> = () => Promise.reject(new Error('first time'));
      const tokens = createTokenSource(() => answer(), {
        clock: createTestClock(),
        logger: { debug: fail, info: fail, warn: fail, error: fail },
        onEvent: fail,
      });
      expect(await rejectionOf(tokens.get())).toMatchObject({ message: 'first time' });
      answer = () => Promise.resolve({ accessToken: new Secret('tkn-1'), obtainedAtMs: 0, expiresAtMs: 60_000 });
      expect((await tokens.get()).accessToken.reveal()).toBe('tkn-1');
    }
  });

  it('works on the system clock, and through a bearer authorizer', async () => {
    const tokens = createTokenSource(() =>
      Promise.resolve({ accessToken: new Secret('tkn-1'), obtainedAtMs: Date.now(), expiresAtMs: Date.now() + 60_000 }),
    );
    const authorizer = createBearerAuthorizer(tokens);
    const asked = { url: 'https://gw.example/', method: 'GET' };
    expect(await authorizer.authorize(asked)).toEqual({ authorization: 'Bearer tkn-1' });
    expect(await authorizer.authorize(asked, { headers: { other: 'x' } })).toEqual({ authorization: 'Bearer tkn-1' });
  });
});

describe('a TokenSet', () => {
  const stored = {
    accessToken: 'tkn-a',
    refreshToken: 'tkn-r',
    idToken: 'tkn-i',
    obtainedAtMs: 1,
    expiresAtMs: 2,
    scope: 's',
  };

  it('shows no token when it is inspected or serialised', () => {
    const tokens = fromStored(stored);
    note(tokens);
    for (const text of [
      inspect(tokens, { depth: 10, showHidden: true }),
      JSON.stringify(tokens),
      String(tokens.accessToken),
    ]) {
      expect(text).not.toContain('tkn-');
      expect(text).toContain('[secret]');
    }
  });

  it('goes to a store and back', () => {
    expect(toStored(fromStored(stored))).toEqual(stored);
    const least = { accessToken: 'tkn-a', obtainedAtMs: 1, expiresAtMs: 2 };
    expect(toStored(fromStored(least))).toEqual(least);
  });
});
