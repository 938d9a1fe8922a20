import { isConfigurationError } from '@lp-functions/errors';
import { describe, expect, it } from 'vitest';
import {
  abortSignal,
  accountIdRule,
  anything,
  callable,
  checkOptions,
  count,
  createGotTransport,
  createHttpClient,
  createUndiciTransport,
  DEFAULT_RETRY,
  duration,
  flag,
  headerText,
  type OptionRule,
  required,
  text,
  withMethods,
} from '../../src/index.ts';
import { retryNumbers } from '../../src/retry-options.ts';
import { SELF_SIGNED } from '../self-signed.ts';

function refusalOf(work: () => unknown): { code: string; option: string } | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!isConfigurationError(error)) throw error;
    return { code: error.code, option: error.option };
  }
}

describe('checkOptions', () => {
  const rules = { name: required(text), timeoutMs: duration };
  const check = (options: unknown) => refusalOf(() => checkOptions(options, rules, 'createThing'));

  it.each([[{ name: 'x' }], [{ name: 'x', timeoutMs: undefined }], [{ name: 'x', timeoutMs: 5 }]])(
    '%j passes',
    (options) => {
      expect(check(options)).toBeUndefined();
    },
  );

  it.each([
    [undefined, 'INVALID_OPTION', 'createThing'],
    [null, 'INVALID_OPTION', 'createThing'],
    ['x', 'INVALID_OPTION', 'createThing'],
    [[], 'INVALID_OPTION', 'createThing'],
    [() => undefined, 'INVALID_OPTION', 'createThing'],
    [{}, 'INVALID_OPTION', 'name'],
    [{ name: '' }, 'INVALID_OPTION', 'name'],
    [{ name: 'x', timeoutMs: '5' }, 'INVALID_OPTION', 'timeoutMs'],
    [{ name: 'x', timeout: 5 }, 'UNKNOWN_OPTION', 'timeout'],
    [{ name: 'x', constructor: 5 }, 'UNKNOWN_OPTION', 'constructor'],
    [JSON.parse('{"name":"x","__proto__":{"timeoutMs":5}}'), 'UNKNOWN_OPTION', '__proto__'],
  ])('%j is refused: %s %s', (options, code, option) => {
    expect(check(options)).toEqual({ code, option });
  });

  it('lists the names that exist', () => {
    expect(() => checkOptions({ nam: 1 }, rules, 'createThing')).toThrow(
      'createThing has no option "nam"; it has name, timeoutMs',
    );
  });
});

const RULES: readonly (readonly [string, OptionRule, readonly unknown[], readonly unknown[]])[] = [
  ['anything', anything, [undefined, null, 0, {}], []],
  ['text', text, [undefined, 'x', ' '], ['', 0, null, {}]],
  ['flag', flag, [undefined, true, false], [0, 'true', null]],
  ['duration', duration, [undefined, 1, 0.5], [0, -1, NaN, Infinity, '5', null]],
  ['count', count, [undefined, 0, 3], [-1, 1.5, NaN, Infinity, '3', null, 2 ** 53]],
  ['callable', callable, [undefined, () => undefined, Date], [{}, 'x', null]],
  ['abortSignal', abortSignal, [undefined, new AbortController().signal], [{}, null, 'x', new AbortController()]],
  ['withMethods', withMethods('get', 'set'), [undefined, new Map()], [{}, null, { get: 1, set: 2 }, new Set(), 'x']],
  [
    'accountIdRule',
    accountIdRule,
    [undefined, '12345678', 'le_-A9', 'x'.repeat(64)],
    ['', 'a/b', 'a b', '..', 'a\n', 'x'.repeat(65), 12345678, null],
  ],
  [
    'headerText',
    headerText,
    [undefined, 'x', 'a b', '~!@', 'x'.repeat(256)],
    ['', ' x', 'x ', 'a\r\nb: c', 'a\0b', 'ü', 'x'.repeat(257), 5, null],
  ],
  ['required', required(anything), [null, 0], [undefined]],
];

describe.each(RULES)('%s', (_name, rule, good, bad) => {
  it.each(good.map((value) => [value]))('takes %s', (value) => {
    expect(rule(value)).toBeUndefined();
  });

  it.each(bad.map((value) => [value]))('refuses %s', (value) => {
    expect(rule(value)).toMatch(/^(must|is)/);
  });
});

describe('retryNumbers', () => {
  it('fills in the defaults', () => {
    expect(retryNumbers()).toEqual(DEFAULT_RETRY);
    expect(retryNumbers({ maxRetries: 0, networkWaitMs: undefined })).toEqual({ ...DEFAULT_RETRY, maxRetries: 0 });
    expect(retryNumbers({ serverErrorWaitsMs: [] }).serverErrorWaitsMs).toEqual([]);
  });

  it.each([
    [{ maxRetries: -1 }, 'retry.maxRetries'],
    [{ maxRetries: Infinity }, 'retry.maxRetries'],
    [{ serverErrorWaitsMs: 5 }, 'retry.serverErrorWaitsMs'],
    [{ serverErrorWaitsMs: [-1] }, 'retry.serverErrorWaitsMs'],
    [{ serverErrorWaitsMs: [NaN] }, 'retry.serverErrorWaitsMs'],
    [{ serverErrorWaitsMs: ['5'] }, 'retry.serverErrorWaitsMs'],
    [{ throttledWaitMs: 0 }, 'retry.throttledWaitMs'],
    [{ retries: 1 }, 'retry.retries'],
    [null, 'retry'],
  ])('%j is refused', (options, option) => {
    expect(refusalOf(() => retryNumbers(options as never))?.option).toBe(option);
  });
});

const PEM = '-----BEGIN CERTIFICATE-----';

describe.each([
  ['createGotTransport', createGotTransport],
  ['createUndiciTransport', createUndiciTransport],
] as const)('%s', (_name, create) => {
  it.each([
    [undefined],
    [{}],
    [{ maxConnections: 1 }],
    [{ ca: PEM }],
    [{ ca: [PEM] }],
    [{ clientCertificate: SELF_SIGNED }],
  ])('takes %j', async (options) => {
    await create(options).close();
  });

  it.each([
    [null, undefined],
    [{ maxConnections: 0 }, 'maxConnections'],
    [{ maxConnections: 1.5 }, 'maxConnections'],
    [{ maxConnections: Infinity }, 'maxConnections'],
    [{ ca: '' }, 'ca'],
    [{ ca: [5] }, 'ca'],
    [{ ca: '/etc/ssl/ca.pem' }, 'ca'],
    [{ maxConnectionAgeMs: 0 }, 'maxConnectionAgeMs'],
    [{ clientCertificate: PEM }, 'clientCertificate'],
    [{ clientCertificate: { cert: PEM } }, 'clientCertificate'],
    [{ clientCertificate: { cert: PEM, key: 'key.pem' } }, 'clientCertificate'],
    [{ clientCertificate: { ...SELF_SIGNED, password: 'x' } }, 'clientCertificate'],
    [{ clientCertificate: { cert: PEM, key: PEM } }, 'clientCertificate'],
    [{ maxSockets: 5 }, 'maxSockets'],
  ])('refuses %j', (options, option) => {
    const refusal = refusalOf(() => create(options as never));
    expect(refusal?.option).toBe(option ?? _name);
  });
});

describe('createHttpClient', () => {
  it.each([
    [null, 'createHttpClient'],
    [{ transport: {} }, 'transport'],
    [{ transport: { send: () => undefined } }, 'transport'],
    [{ timeoutMs: 0 }, 'timeoutMs'],
    [{ clock: Date }, 'clock'],
    [{ logger: { warn: () => undefined } }, 'logger'],
    [{ onEvent: {} }, 'onEvent'],
    [{ random: 4 }, 'random'],
    [{ retry: { maxRetries: 'many' } }, 'retry.maxRetries'],
    [{ retries: 3 }, 'retries'],
  ])('refuses %j', (options, option) => {
    expect(refusalOf(() => createHttpClient(options as never))?.option).toBe(option);
  });
});
