import { ERROR_CODES, FaaSDetailedError, FaaSLambdaError, PLATFORM_CODES } from '@lp-functions/errors';
import type { HttpAnswer } from '@lp-functions/http';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeRefusal, describeUnreadable, type RefusedCall } from '../../src/gateway-refusal.ts';

const STATUSES = [400, 401, 403, 404, 405, 408, 413, 429, 499, 500, 501, 502, 503, 504, 521, 901];

/** What a status means when the body says nothing. */
const BY_STATUS: Readonly<Record<number, readonly [code: string, fault: string]>> = {
  400: ['BAD_REQUEST', 'caller'],
  401: ['UNAUTHORIZED', 'caller'],
  403: ['FORBIDDEN', 'caller'],
  404: ['NOT_FOUND', 'caller'],
  405: ['REQUEST_REFUSED', 'caller'],
  408: ['PLATFORM_UNAVAILABLE', 'platform'],
  413: ['PAYLOAD_TOO_LARGE', 'caller'],
  429: ['THROTTLED', 'caller'],
  499: ['FUNCTION_TIMED_OUT', 'function'],
  500: ['PLATFORM_FAILURE', 'platform'],
  501: ['PLATFORM_FAILURE', 'platform'],
  502: ['PLATFORM_UNAVAILABLE', 'platform'],
  503: ['PLATFORM_UNAVAILABLE', 'platform'],
  504: ['PLATFORM_UNAVAILABLE', 'platform'],
  521: ['PLATFORM_FAILURE', 'platform'],
  901: ['FUNCTION_FAILED', 'function'],
};

/** Statuses that say more than any code beside them. */
const STATUS_WINS = new Set([401, 403, 413, 429]);

/** What a gateway says before it hands a call on; 429 only where a single function is called. */
const BEFORE_RUNNING = new Set([400, 401, 403, 404, 405, 413]);

const PASSING = new Set(['THROTTLED', 'PLATFORM_FAILURE', 'PLATFORM_UNAVAILABLE']);

const LP = 'com.liveperson.faas';
const OURS = 'com.customer.faas.function';

/** Every code, with what it is on a status that does not win: our code, fault, V1's spelling. */
const BY_CODE: Readonly<Record<string, readonly [code: string, fault: string, v1Code: string]>> = {
  [`${LP}.es.general`]: ['PLATFORM_FAILURE', 'platform', `${LP}.es.general`],
  [`${LP}.es.unavailable`]: ['PLATFORM_UNAVAILABLE', 'platform', `${LP}.es.unavailable`],
  [`${LP}.es.badinput`]: ['BAD_REQUEST', 'caller', `${LP}.es.badinput`],
  [`${LP}.es.notdeployed`]: ['NOT_FOUND', 'caller', `${LP}.es.notdeployed`],
  [`${LP}.es.missinglambda`]: ['NOT_FOUND', 'caller', `${LP}.es.missinglambda`],
  [`${LP}.fm.general`]: ['PLATFORM_FAILURE', 'platform', `${LP}.fm.general`],
  [`${LP}.fm.unavailable`]: ['PLATFORM_UNAVAILABLE', 'platform', `${LP}.fm.unavailable`],
  [`${LP}.evg.general`]: ['PLATFORM_FAILURE', 'platform', `${LP}.es.general`],
  [`${LP}.evg.invalid`]: ['BAD_REQUEST', 'caller', `${LP}.es.badinput`],
  [`${LP}.function.not-found`]: ['NOT_FOUND', 'caller', `${LP}.es.missinglambda`],
  [`${LP}.self-service.pending`]: ['PLATFORM_UNAVAILABLE', 'platform', `${LP}.self-service.pending`],
  [`${LP}.handler.custom-failure`]: ['FUNCTION_THREW', 'function', `${LP}.handler.custom-failure`],
  [`${LP}.handler.runtime-exception`]: ['FUNCTION_CRASHED', 'function', `${LP}.handler.runtime-exception`],
  [`${LP}.handler.executiontime-exceeded`]: ['FUNCTION_TIMED_OUT', 'function', `${LP}.handler.executiontime-exceeded`],
  [`${LP}.handler.log-limit-reached`]: ['FUNCTION_LOG_LIMIT', 'function', `${LP}.handler.log-limit-reached`],
  [`${LP}.handler.no-sa-token`]: ['FUNCTION_FAILED', 'platform', `${LP}.handler.no-sa-token`],
  [`${OURS}.threw-error`]: ['FUNCTION_THREW', 'function', `${LP}.handler.custom-failure`],
  [`${OURS}.js-runtime-error`]: ['FUNCTION_CRASHED', 'function', `${LP}.handler.runtime-exception`],
  [`${OURS}.execution-exceeded`]: ['FUNCTION_TIMED_OUT', 'function', `${LP}.handler.executiontime-exceeded`],
  [`${LP}.function.runtime.limit-reached`]: ['FUNCTION_LOG_LIMIT', 'function', `${LP}.handler.log-limit-reached`],
  // Not in the catalogue: blamed on the function by their prefix.
  [`${OURS}.brand-new`]: ['FUNCTION_FAILED', 'function', `${OURS}.brand-new`],
  [`${LP}.handler.brand-new`]: ['FUNCTION_FAILED', 'function', `${LP}.handler.brand-new`],
};

const UNKNOWN_CODE = `${LP}.brand-new`;

interface Expected {
  readonly name: string;
  readonly code: string;
  readonly fault: string;
  readonly executed: string;
  readonly retryable: boolean;
  readonly v1Code: string | undefined;
}

interface Case {
  readonly status: number;
  readonly platformCode: string | undefined;
  readonly byEvent: boolean;
  readonly idempotent: boolean;
  readonly earlierMayHaveRun: boolean;
}

function expectedOf({ status, platformCode, byEvent, idempotent, earlierMayHaveRun }: Case): Expected {
  const known = platformCode === undefined ? undefined : BY_CODE[platformCode];
  const v1Code = known?.[2] ?? platformCode;
  const [statusCode, statusFault] = BY_STATUS[status]!;
  const codeBlamesFunction = known?.[0].startsWith('FUNCTION_') === true;
  if (codeBlamesFunction || status === 901 || status === 499) {
    const [code, fault] = codeBlamesFunction ? known : [statusCode, 'function'];
    const named = status === 499 && platformCode?.endsWith('brand-new') === true ? 'FUNCTION_TIMED_OUT' : code;
    return { name: 'FaaSLambdaError', code: named, fault, executed: 'yes', retryable: false, v1Code };
  }
  const [knownCode, fault] = known !== undefined && !STATUS_WINS.has(status) ? known : [statusCode, statusFault];
  // "general" says nothing that the status does not say better.
  const code = knownCode === 'PLATFORM_FAILURE' ? statusCode : knownCode;
  const refusedFirst = BEFORE_RUNNING.has(status) || (status === 429 && !byEvent);
  const executed = refusedFirst && !earlierMayHaveRun ? 'no' : 'maybe';
  const retryable = PASSING.has(code) && (executed === 'no' || idempotent);
  return { name: 'FaaSDetailedError', code, fault, executed, retryable, v1Code };
}

function call(changes: Partial<RefusedCall> = {}): RefusedCall {
  return {
    context: { operation: 'invokeByUuid', accountId: '12345678', target: 'some-function', requestId: 'id-1' },
    platform: 'v2',
    byEvent: false,
    idempotent: false,
    sentBytes: 1234,
    ...changes,
  };
}

function answer(changes: Partial<HttpAnswer> = {}): HttpAnswer {
  return {
    status: 500,
    headers: {},
    text: '',
    attempts: 1,
    earlierMayHaveRun: false,
    retryAfterMs: undefined,
    scrub: (text) => text,
    ...changes,
  };
}

const BODIES = {
  v1: (code: string) => JSON.stringify({ errorCode: code, errorMsg: 'the reason' }),
  v2: (code: string) => JSON.stringify({ code, message: 'the reason' }),
};

describe('describeRefusal, the whole table', () => {
  test('the table has every code of the catalogue', () => {
    for (const { platformCode } of PLATFORM_CODES) expect(BY_CODE).toHaveProperty([platformCode]);
  });

  const codes = [undefined, UNKNOWN_CODE, ...Object.keys(BY_CODE)];
  const flags = [false, true];

  test.each(STATUSES)('J41: HTTP %i with every code, both body shapes on both generations', (status) => {
    for (const platformCode of codes)
      for (const byEvent of flags)
        for (const idempotent of flags)
          for (const earlierMayHaveRun of flags) {
            const row = { status, platformCode, byEvent, idempotent, earlierMayHaveRun };
            const expected = expectedOf(row);
            for (const platform of ['v1', 'v2'] as const)
              for (const shape of ['v1', 'v2'] as const) {
                const text = platformCode === undefined ? '' : BODIES[shape](platformCode);
                const error = describeRefusal(
                  answer({ status, text, earlierMayHaveRun, attempts: 2 }),
                  call({ platform, byEvent, idempotent }),
                );
                const { name, code, fault, executed, retryable, v1Code } = error;
                expect({ row, name, code, fault, executed, retryable, v1Code }).toEqual({ row, ...expected });
                expect(error).toMatchObject({
                  status,
                  platform,
                  attempts: 2,
                  requestId: 'id-1',
                  accountId: '12345678',
                });
                expect(error.platformCode).toBe(platformCode);
                expect(error instanceof FaaSLambdaError).toBe(name === 'FaaSLambdaError');
              }
          }
  });

  test('no code of ours is retryable where the catalogue says never', () => {
    for (const status of STATUSES)
      for (const platformCode of codes) {
        const row = { status, platformCode, byEvent: false, idempotent: true, earlierMayHaveRun: false };
        const { code, retryable } = expectedOf(row);
        const { retryable: promised } = ERROR_CODES[code as keyof typeof ERROR_CODES];
        if (promised === 'never') expect({ row, code, retryable }).toEqual({ row, code, retryable: false });
      }
  });
});

describe('describeRefusal, what it says', () => {
  test('message: what was tried, on what, what came back', () => {
    const text = BODIES.v2(`${LP}.evg.invalid`);
    expect(describeRefusal(answer({ status: 400, text }), call()).message).toBe(
      `invokeByUuid some-function: the platform refused the call (HTTP 400, ${LP}.evg.invalid): the reason`,
    );
    expect(describeRefusal(answer({ status: 901, text: '' }), call()).message).toBe(
      'invokeByUuid some-function: the function failed (HTTP 901)',
    );
  });

  test('a body that is too large is told with its size', () => {
    const error = describeRefusal(answer({ status: 413 }), call({ sentBytes: 20_000_000 }));
    expect(error.message).toContain('20000000 bytes');
  });

  test.each<[number, string | undefined, RegExp | undefined]>([
    [400, undefined, undefined],
    [400, `${LP}.evg.invalid`, /payload and the headers/],
    [401, undefined, /token was refused/],
    [401, `${LP}.es.general`, /token was refused/],
    [403, `${LP}.evg.general`, /faas\.lambda\.invoke/],
    [404, undefined, /deployed/],
    [404, `${LP}.es.notdeployed`, /^Deploy the function/],
    [404, `${LP}.function.not-found`, /Productive/],
    [413, `${LP}.es.badinput`, /^Send less/],
    [429, `${LP}.es.general`, /fewer/],
    [500, undefined, undefined],
    [500, `${LP}.es.general`, /support with the request id/],
    [503, `${LP}.self-service.pending`, /wait some minutes/],
    [901, undefined, undefined],
    [901, `${LP}.es.general`, undefined],
    [901, `${OURS}.threw-error`, /The function reported/],
    [499, undefined, /30 seconds/],
    [901, `${LP}.function.runtime.limit-reached`, /log/],
  ])('HTTP %i with %s: the hint fits what happened', (status, code, hint) => {
    const error = describeRefusal(answer({ status, text: code === undefined ? '' : BODIES.v1(code) }), call());
    if (hint === undefined) expect(error.hint).toBeUndefined();
    else expect(error.hint).toMatch(hint);
  });

  test('a 401 says whether a renewed token was refused too', () => {
    const once = describeRefusal(answer({ status: 401, attempts: 1 }), call());
    const twice = describeRefusal(answer({ status: 401, attempts: 2 }), call());
    expect(once.hint).not.toMatch(/renewed/);
    expect(twice.hint).toMatch(/so was a renewed one/);
  });

  test('Retry-After is handed on', () => {
    expect(describeRefusal(answer({ status: 429, retryAfterMs: 3_600_000 }), call()).retryAfterMs).toBe(3_600_000);
  });

  test('J42: a trailing tab in a code is not handed on', () => {
    const text = JSON.stringify({ code: `${OURS}.execution-exceeded\t`, message: 'm' });
    expect(describeRefusal(answer({ status: 901, text }), call())).toMatchObject({
      code: 'FUNCTION_TIMED_OUT',
      platformCode: `${OURS}.execution-exceeded`,
      v1Code: `${LP}.handler.executiontime-exceeded`,
    });
  });

  test('a function’s logs are read, and what is no log line is left out', () => {
    const errorLogs = [
      { level: 'Warn', message: 'careful', timestamp: 5, extras: [{ n: 1 }, 'more'] },
      { message: 'no level' },
      { level: 'Error' },
      null,
      'text',
    ];
    const text = JSON.stringify({ errorCode: `${LP}.handler.custom-failure`, errorMsg: 'm', errorLogs });
    const error = describeRefusal(answer({ status: 901, text }), call({ platform: 'v1' }));
    expect(error).toHaveProperty('logs', [
      { level: 'Warn', message: 'careful', timestamp: 5, extras: [{ n: 1 }, 'more'] },
      { level: 'Info', message: 'no level' },
    ]);
  });

  test('a status beyond HTTP is the platform’s doing', () => {
    expect(describeRefusal(answer({ status: 999 }), call())).toMatchObject({
      code: 'REQUEST_REFUSED',
      fault: 'platform',
      executed: 'maybe',
    });
  });
});

describe('K2: describeRefusal hides the call’s secrets', () => {
  const SECRET = 'eyJhbGciOi.secret-token.0123456789';
  const scrub = (text: string): string => text.replaceAll(SECRET, '[secret]');

  test('a message that is cut in the middle of a secret shows no part of it', () => {
    for (let before = 1_900; before <= 2_001; before++) {
      const text = JSON.stringify({ code: 'a.b', message: `${'x'.repeat(before)}${SECRET}` });
      const error = describeRefusal(answer({ text, scrub }), call());
      expect(error.platformMessage).not.toContain('eyJ');
      expect(error.message).not.toContain('eyJ');
    }
  });

  test('a code that is cut in the middle of a secret shows no part of it', () => {
    for (let before = 150; before <= 201; before++) {
      const text = JSON.stringify({ code: `${'x'.repeat(before)}${SECRET}`, message: 'm' });
      const error = describeRefusal(answer({ text, scrub }), call());
      expect(JSON.stringify(error)).not.toContain('eyJ');
    }
  });

  test('log lines and everything that hangs on them', () => {
    const errorLogs = [
      { level: SECRET, message: `got ${SECRET}`, extras: [{ [SECRET]: [SECRET, { deep: `Bearer ${SECRET}` }] }] },
    ];
    const text = JSON.stringify({ errorCode: `${LP}.handler.custom-failure`, errorLogs });
    const error = describeRefusal(answer({ status: 901, text, scrub }), call());
    expect(JSON.stringify(error)).not.toContain('eyJ');
    expect(error).toHaveProperty('logs.length', 1);
  });

  test('a secret that is a number in a log line', () => {
    const errorLogs = [{ message: 'm', extras: [1234567890, { n: 1234567890 }, true, null] }];
    const text = JSON.stringify({ errorCode: `${LP}.handler.custom-failure`, errorLogs });
    const numeric = (dirty: string): string => dirty.replaceAll('1234567890', '[secret]');
    const error = describeRefusal(answer({ status: 901, text, scrub: numeric }), call());
    expect(error).toHaveProperty('logs', [
      { level: 'Info', message: 'm', extras: ['[secret]', { n: '[secret]' }, true, null] },
    ]);
  });
});

describe('properties', () => {
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record(
        {
          code: fc.oneof(fc.constantFrom(...Object.keys(BY_CODE)), fc.jsonValue()),
          errorCode: fc.jsonValue(),
          message: fc.jsonValue(),
          errorMsg: fc.jsonValue(),
          errorLogs: fc.oneof(
            fc.jsonValue(),
            fc.array(
              fc.record({
                level: fc.jsonValue(),
                message: fc.string(),
                timestamp: fc.jsonValue(),
                extras: fc.jsonValue(),
              }),
            ),
          ),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value)),
  );
  // A scrubber may hit anything, structure of JSON included.
  const scrub = fc
    .constantFrom(...'"{}[],:0123456789abcdefx'.split(''))
    .map((hit) => (text: string) => text.replaceAll(hit, '[secret]'));

  test('no answer makes it throw, and every error is one of the catalogue', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 1_000 }),
        body,
        scrub,
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        (status, text, scrubbed, byEvent, idempotent, earlierMayHaveRun) => {
          const error = describeRefusal(
            answer({ status, text, scrub: scrubbed, earlierMayHaveRun }),
            call({ byEvent, idempotent }),
          );
          expect(error).toBeInstanceOf(FaaSDetailedError);
          expect(ERROR_CODES).toHaveProperty([error.code]);
          expect(ERROR_CODES[error.code as keyof typeof ERROR_CODES].errorClass).toBe(error.name);
          if (error.retryable) expect(error.executed === 'no' || idempotent).toBe(true);
          if (earlierMayHaveRun) expect(error.executed).not.toBe('no');
          if (error.name === 'FaaSLambdaError') expect(error.executed).toBe('yes');
          expect(() => JSON.stringify(error)).not.toThrow();
        },
      ),
      { numRuns: 500 },
    );
  });

  test('logs nested without end do not make it throw', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const text = `{"errorCode":"${LP}.handler.custom-failure","errorLogs":[{"message":"m","extras":${deep}}]}`;
    expect(describeRefusal(answer({ status: 901, text }), call())).toMatchObject({ code: 'FUNCTION_THREW' });
  });
});

describe('describeUnreadable', () => {
  test.each([
    ['<!doctype html>', false, /answered HTTP 200 with HTML/],
    [' \n<html>', true, /answered HTTP 200 with HTML/],
    ['{"n":', false, /answered HTTP 200 with a body that is not readable JSON/],
    ['{"n":', true, /answered HTTP 200 with a body that is not readable JSON/],
    ['{"n":1}', true, /answered HTTP 200 with JSON that is no list of results/],
  ])('%j', (text, byEvent, message) => {
    const error = describeUnreadable(answer({ status: 200, text, attempts: 3 }), call({ byEvent, idempotent: true }));
    expect(error).toMatchObject({
      name: 'FaaSDetailedError',
      code: 'RESPONSE_UNREADABLE',
      executed: 'maybe',
      retryable: false,
      fault: 'platform',
      attempts: 3,
      requestId: 'id-1',
    });
    expect(error.message).toMatch(message);
  });
});

test('a page in place of an answer is not taken for a word of the platform', () => {
  const error = describeRefusal(answer({ status: 403, text: '<html><body>blocked by proxy</body></html>' }), call());
  expect(error).toMatchObject({ code: 'FORBIDDEN', status: 403, hint: expect.stringContaining('proxy') as string });
  expect(error.message).toContain('HTML page');
});
