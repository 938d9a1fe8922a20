import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  invocationHeaders,
  type InvocationRequest,
  invocationUrl,
  readEventResults,
  readRefusal,
} from '../../src/gateway-endpoint.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
const V1 = 'https://va.faasgw.liveperson.net';
const V2 = 'https://euwe1.fninvocations.liveperson.net';

function request(changes: Partial<InvocationRequest> = {}): InvocationRequest {
  return {
    gatewayOrigin: V1,
    accountId: '12345678',
    platform: 'v1',
    target: { uuid: UUID },
    eventSource: 'my-system',
    ...changes,
  };
}

describe('invocationUrl', () => {
  const byUuid = `/api/account/12345678/lambdas/${UUID}/invoke`;
  const byEvent = '/api/account/12345678/events/my_event/invoke';
  const onV2 = { gatewayOrigin: V2, platform: 'v2' } as const;

  test.each<[string, Partial<InvocationRequest>, string]>([
    ['V1 by UUID', {}, `${V1}${byUuid}?v=1&externalSystem=my-system`],
    ['V1 by event', { target: { eventId: 'my_event' } }, `${V1}${byEvent}?v=1&externalSystem=my-system`],
    ['V1 with a skill', { skillId: '42' }, `${V1}${byUuid}?v=1&externalSystem=my-system&skillId=42`],
    ['V1 with a user', { userId: '9' }, `${V1}${byUuid}?v=1&externalSystem=my-system&userId=9`],
    ['V1 with both', { skillId: '42', userId: '9' }, `${V1}${byUuid}?v=1&externalSystem=my-system&skillId=42&userId=9`],
    [
      'V1, a source with blanks and signs',
      { eventSource: 'a b&c=d' },
      `${V1}${byUuid}?v=1&externalSystem=a%20b%26c%3Dd`,
    ],
    ['V2 by UUID', onV2, `${V2}${byUuid}`],
    ['V2 by event', { ...onV2, target: { eventId: 'my_event' } }, `${V2}${byEvent}`],
    ['V2 with a skill', { ...onV2, skillId: '42' }, `${V2}${byUuid}?skillId=42`],
    ['V2 with a user', { ...onV2, userId: '9' }, `${V2}${byUuid}?userId=9`],
    ['V2 with both', { ...onV2, skillId: '4 2', userId: 'ü' }, `${V2}${byUuid}?skillId=4%202&userId=%C3%BC`],
  ])('%s', (_name, changes, url) => {
    expect(invocationUrl(request(changes))).toBe(url);
  });

  test('query values come back as they went in, whatever they are', () => {
    const value = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(value, value, value, (eventSource, skillId, userId) => {
        const url = new URL(invocationUrl(request({ eventSource, skillId, userId })));
        expect(url.pathname).toBe(byUuid);
        expect(url.hash).toBe('');
        expect(Object.fromEntries(url.searchParams)).toEqual({ v: '1', externalSystem: eventSource, skillId, userId });
      }),
    );
  });
});

describe('invocationHeaders', () => {
  const common = {
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'agent/1',
    'x-request-id': 'id-1',
  };

  test('V1 has its source in the query alone, V2 in a header', () => {
    expect(invocationHeaders(request(), 'id-1', 'agent/1')).toEqual(common);
    expect(invocationHeaders(request({ platform: 'v2' }), 'id-1', 'agent/1')).toEqual({
      ...common,
      'lp-eventsource': 'my-system',
    });
  });
});

describe('readRefusal', () => {
  const nothing = { platformCode: undefined, platformMessage: undefined, logs: undefined };
  test.each<[string, string, object]>([
    ['V1', '{"errorCode":"a.b","errorMsg":"why"}', { platformCode: 'a.b', platformMessage: 'why', logs: undefined }],
    ['V2', '{"code":"a.b","message":"why"}', { platformCode: 'a.b', platformMessage: 'why', logs: undefined }],
    [
      'V1 with logs and unknown fields',
      '{"errorCode":"a.b","errorMsg":"why","errorLogs":[1],"more":{}}',
      { platformCode: 'a.b', platformMessage: 'why', logs: [1] },
    ],
    [
      'both, V2 first',
      '{"errorCode":"v1","code":"v2","message":"m2","errorMsg":"m1"}',
      { ...nothing, platformCode: 'v2', platformMessage: 'm2' },
    ],
    ['an empty code beside a full one', '{"code":"","errorCode":"v1"}', { ...nothing, platformCode: 'v1' }],
    ['a code with a tab, as an official client hands it on', '{"code":"a.b\\t"}', { ...nothing, platformCode: 'a.b' }],
    [
      'a number for a code, as load balancers write it',
      '{"code":502,"message":"bad"}',
      { ...nothing, platformMessage: 'bad' },
    ],
    ['logs that are no list', '{"code":"a","errorLogs":"none"}', { ...nothing, platformCode: 'a' }],
    ['an empty object', '{}', nothing],
    ['a list', '[{"code":"a"}]', nothing],
    ['a string', '"refused"', nothing],
    ['null', 'null', nothing],
    ['nothing', '', nothing],
    ['HTML', '<html>502</html>', nothing],
    ['half a body', '{"code":"com.live', nothing],
  ])('%s', (_name, text, expected) => {
    expect({ ...nothing, ...readRefusal(text) }).toEqual(expected);
  });

  test('a body far larger than any refusal says nothing', () => {
    expect(readRefusal(JSON.stringify({ code: 'a', message: 'x'.repeat(1_000_000) }))).toEqual({});
  });

  test('no text makes it throw', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readRefusal(text)));
  });
});

describe('readEventResults', () => {
  test('reads the list and drops what it does not know', () => {
    expect(
      readEventResults([
        { uuid: UUID, timestamp: '2026-01-01T00:00:00.000Z', result: { n: 1 }, more: true },
        { uuid: UUID, timestamp: 5, result: null },
        { uuid: UUID },
      ]),
    ).toEqual([
      { uuid: UUID, timestamp: '2026-01-01T00:00:00.000Z', result: { n: 1 } },
      { uuid: UUID, timestamp: undefined, result: null },
      { uuid: UUID, timestamp: undefined, result: undefined },
    ]);
  });

  test('an empty body and an empty list are the same: nobody listened', () => {
    expect(readEventResults(undefined)).toEqual([]);
    expect(readEventResults([])).toEqual([]);
  });

  test.each([[null], [5], ['text'], [{ uuid: UUID }], [[null]], [[{ result: 1 }]], [[{ uuid: 5 }]], [[UUID]]])(
    '%j is no list of results',
    (value) => {
      expect(readEventResults(value)).toBeUndefined();
    },
  );
});
