import { describe, expect, test } from 'vitest';
import { platformOf } from '../../src/platform-generation.ts';

describe('platformOf', () => {
  test.each([
    ['https://va.faasgw.liveperson.net', 'v1'],
    ['https://lo.faasgw.liveperson.net', 'v1'],
    ['https://va-a.faasgw.liveperson.net', 'v1'],
    ['https://euwe1.fninvocations.liveperson.net', 'v2'],
    ['https://staging.fninvocations.liveperson.net', 'v2'],
    ['https://EUWE1.FNINVOCATIONS.liveperson.net', 'v2'],
    ['http://euwe1.fninvocations.localhost:8080', 'v2'],
    ['http://va.faasgw.localhost:8080', 'v1'],
    ['http://127.0.0.1:8080', 'v1'],
    // J16: a host is not V2 because its name happens to contain "functions".
    ['https://functions.faasgw.liveperson.net', 'v1'],
    ['https://va.functions-faasgw.liveperson.net', 'v1'],
  ])('%s is %s', (origin, generation) => {
    expect(platformOf(origin, 'auto')).toBe(generation);
  });

  test.each(['v1', 'v2'] as const)('a forced %s wins over every host name', (forced) => {
    expect(platformOf('https://va.faasgw.liveperson.net', forced)).toBe(forced);
    expect(platformOf('https://euwe1.fninvocations.liveperson.net', forced)).toBe(forced);
  });
});
