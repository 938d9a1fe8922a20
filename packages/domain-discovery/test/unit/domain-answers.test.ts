import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDomains } from '../../src/domain-api-endpoint.ts';

const GATEWAY = { service: 'faasGW', account: '1', baseURI: 'va.faasgw.liveperson.net' };
const READ = { service: 'faasGW', account: '1', baseUri: 'va.faasgw.liveperson.net' };

describe('readDomains', () => {
  it.each([
    ['a list', { baseURIs: [GATEWAY] }, [READ]],
    ['one bare entry', GATEWAY, [READ]],
    ['an empty list', { baseURIs: [] }, []],
    ['K4: unknown fields in list and entry', { baseURIs: [{ ...GATEWAY, zone: 'z1' }], total: 1 }, [READ]],
    ['K4: unknown fields in a bare entry', { ...GATEWAY, zone: 'z1', nested: { a: [1] } }, [READ]],
    ['a bare entry beside a list that says nothing', { ...GATEWAY, baseURIs: [7] }, [READ]],
    ['an account that is a number', { baseURIs: [{ ...GATEWAY, account: 1 }] }, [{ ...READ, account: 'own' }]],
    [
      'no account',
      { baseURIs: [{ service: 'faasGW', baseURI: 'a' }] },
      [{ service: 'faasGW', account: 'own', baseUri: 'a' }],
    ],
    [
      'entries of wrong types beside a good one',
      { baseURIs: [null, 7, 'x', [], {}, { service: 1, baseURI: 'a' }, { service: 'a' }, GATEWAY] },
      [READ],
    ],
    [
      'names of the language',
      { baseURIs: [{ ...GATEWAY, service: '__proto__' }] },
      [{ ...READ, service: '__proto__' }],
    ],
  ])('reads %s', (_what, body, entries) => {
    expect(readDomains(JSON.stringify(body), 'own')).toEqual(entries);
  });

  it.each([
    ['nothing', ''],
    ['HTML', '<!doctype html><title>Login</title>'],
    ['truncated JSON', '{"baseURIs":[{"service":"faasGW"'],
    ['null', 'null'],
    ['a number', '7'],
    ['a text', '"baseURIs"'],
    ['an array', JSON.stringify([GATEWAY])],
    ['an empty object', '{}'],
    ['an error body', '{"error":{"statusCode":500}}'],
    ['a list that is an object', JSON.stringify({ baseURIs: { 0: GATEWAY } })],
    ['a list of which nothing can be read', '{"baseURIs":[{"name":"faasGW","host":"va.faasgw.liveperson.net"}]}'],
    ['an entry without a host', '{"service":"faasGW","baseURI":null}'],
  ])('does not take %s for a list of services', (_what, text) => {
    expect(readDomains(text, 'own')).toBeUndefined();
  });

  it('reads any JSON without throwing, and never gives an entry of other types', () => {
    const shaped = fc.record(
      {
        baseURIs: fc.array(
          fc.record(
            { service: fc.jsonValue(), account: fc.jsonValue(), baseURI: fc.jsonValue() },
            { requiredKeys: [] },
          ),
        ),
        service: fc.jsonValue(),
        baseURI: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      shaped.map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(text, (body) => {
        for (const entry of readDomains(body, 'own') ?? []) {
          expect(Object.values(entry).map((value) => typeof value)).toEqual(['string', 'string', 'string']);
        }
      }),
    );
  });
});
