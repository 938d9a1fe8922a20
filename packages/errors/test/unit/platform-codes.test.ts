import { describe, expect, it } from 'vitest';
import { blamesFunction, ERROR_CODES, findPlatformCode, PLATFORM_CODES } from '../../src/index.ts';

/** Fault and repeatability as LivePerson's pages "Error codes" give them. */
const PUBLISHED = [
  ['com.liveperson.faas.es.general', 'platform', true],
  ['com.liveperson.faas.es.unavailable', 'platform', true],
  ['com.liveperson.faas.es.badinput', 'caller', false],
  ['com.liveperson.faas.es.notdeployed', 'caller', false],
  ['com.liveperson.faas.es.missinglambda', 'caller', false],
  ['com.liveperson.faas.handler.custom-failure', 'function', false],
  ['com.liveperson.faas.handler.runtime-exception', 'function', false],
  ['com.liveperson.faas.handler.executiontime-exceeded', 'function', false],
  ['com.liveperson.faas.handler.log-limit-reached', 'function', false],
  ['com.liveperson.faas.handler.no-sa-token', 'platform', false],
  ['com.liveperson.faas.fm.general', 'platform', true],
  ['com.liveperson.faas.fm.unavailable', 'platform', true],
  ['com.liveperson.faas.evg.general', 'platform', true],
  ['com.liveperson.faas.evg.invalid', 'caller', false],
  ['com.liveperson.faas.function.not-found', 'caller', false],
  ['com.customer.faas.function.threw-error', 'function', false],
  ['com.customer.faas.function.js-runtime-error', 'function', false],
  ['com.customer.faas.function.execution-exceeded', 'function', false],
  ['com.liveperson.faas.function.runtime.limit-reached', 'function', false],
  ['com.liveperson.faas.self-service.pending', 'platform', true],
] as const;

/** What the official JavaScript client turns V2 codes into with `v1CompError`, without the tab it appends to two of them. */
const V2_TO_V1 = [
  ['com.liveperson.faas.evg.general', 'com.liveperson.faas.es.general'],
  ['com.liveperson.faas.evg.invalid', 'com.liveperson.faas.es.badinput'],
  ['com.customer.faas.function.threw-error', 'com.liveperson.faas.handler.custom-failure'],
  ['com.customer.faas.function.js-runtime-error', 'com.liveperson.faas.handler.runtime-exception'],
  ['com.customer.faas.function.execution-exceeded', 'com.liveperson.faas.handler.executiontime-exceeded'],
  ['com.liveperson.faas.function.not-found', 'com.liveperson.faas.es.missinglambda'],
  ['com.liveperson.faas.self-service.pending', 'com.liveperson.faas.self-service.pending'],
  ['com.liveperson.faas.function.runtime.limit-reached', 'com.liveperson.faas.handler.log-limit-reached'],
] as const;

describe('PLATFORM_CODES', () => {
  it('lists every published code once, and no other', () => {
    const listed = PLATFORM_CODES.map(({ platformCode }) => platformCode);
    expect([...listed].sort()).toEqual(PUBLISHED.map(([code]) => code).sort());
  });

  it.each(PUBLISHED)('%s is the fault of the %s, retryable: %s', (code, fault, retryable) => {
    expect(findPlatformCode(code)).toMatchObject({ fault, retryable });
  });

  it.each(V2_TO_V1)('%s is %s in V1 (J42)', (v2Code, v1Code) => {
    expect(findPlatformCode(v2Code)?.v1Code).toBe(v1Code);
  });

  it.each(PLATFORM_CODES.map((entry) => [entry.platformCode, entry] as const))('%s is consistent', (_code, entry) => {
    expect(ERROR_CODES).toHaveProperty(entry.code);
    expect(entry.v1Code).toBe(entry.v1Code.trim());
    if (entry.platform !== 'v2') expect(entry.v1Code).toBe(entry.platformCode);
    if (entry.v2Code === undefined) return;
    if (entry.platform === 'v2') expect(entry.v2Code).toBe(entry.platformCode);
    expect(findPlatformCode(entry.v2Code)?.code).toBe(entry.code);
  });
});

describe('findPlatformCode', () => {
  it.each([
    ['com.liveperson.faas.handler.executiontime-exceeded\t'],
    [' com.liveperson.faas.handler.executiontime-exceeded\n'],
  ])('ignores what is around %j', (code) => {
    expect(findPlatformCode(code)?.platformCode).toBe('com.liveperson.faas.handler.executiontime-exceeded');
  });

  it.each([[''], ['com.liveperson.faas.es'], ['COM.LIVEPERSON.FAAS.ES.GENERAL'], ['constructor'], ['__proto__']])(
    'does not know %j',
    (code) => {
      expect(findPlatformCode(code)).toBeUndefined();
    },
  );
});

describe('blamesFunction', () => {
  it.each([
    ['com.customer.faas.function.threw-error', true],
    ['com.customer.something.new', true],
    ['com.liveperson.faas.handler.something-new', true],
    ['com.liveperson.faas.handler.custom-failure\t', true],
    ['com.liveperson.faas.function.runtime.limit-reached', true],
    ['com.liveperson.faas.function.not-found', false],
    ['com.liveperson.faas.handlers.x', false],
    ['com.customerx', false],
    ['', false],
  ])('%j: %s', (code, expected) => {
    expect(blamesFunction(code)).toBe(expected);
  });
});
