import { describe, expect, it } from 'vitest';
import type { AttemptEvent, LogFields, Logger } from '../../src/index.ts';
import { expectNoLeak, SECRETS } from '../leak-check.ts';
import { callFailureOf, callTo, clientUnderTest } from './client-under-test.ts';
import { startScripted } from './scripted-server.ts';

function recordingLogger() {
  const lines: (readonly [string, string, LogFields | undefined])[] = [];
  const write =
    (level: string) =>
    (message: string, fields?: LogFields): void => {
      expectNoLeak(message, fields);
      lines.push([level, message, fields]);
    };
  const logger: Logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  return { logger, lines };
}

const throws = (): never => {
  throw new Error('observer bug');
};
const rejects = (): Promise<never> => Promise.reject(new Error('observer bug'));

describe('events', () => {
  it('tell of every attempt', async () => {
    const server = await startScripted(503, 'reset', 200);
    const { http, events } = clientUnderTest();
    await http.request(callTo(`${server.url}/secret/path?token=${SECRETS.token}`, { idempotent: true }));
    const common = {
      type: 'attempt',
      operation: 'invokeByUuid',
      accountId: '12345678',
      target: 'some-lambda',
      requestId: 'some-request',
      origin: server.url,
      durationMs: 0,
    };
    expect(events).toEqual([
      { ...common, attempt: 1, status: 503, errorCode: undefined, repeatInMs: 5_000 },
      { ...common, attempt: 2, status: undefined, errorCode: 'CONNECTION_LOST', repeatInMs: 200 },
      { ...common, attempt: 3, status: 200, errorCode: undefined, repeatInMs: undefined },
    ]);
  });

  it('measure from the sending of the attempt', async () => {
    const { http, clock, events } = clientUnderTest({
      transport: {
        send: () => {
          clock.advance(40);
          return Promise.resolve({ status: 200, headers: {}, text: '' });
        },
        close: () => Promise.resolve(),
      },
    });
    const authorizer = {
      authorize: () => {
        clock.advance(1_000);
        return Promise.resolve({});
      },
    };
    await http.request(callTo('http://h/', { authorizer }));
    expect((events[0] as AttemptEvent).durationMs).toBe(40);
  });
});

describe('the logger', () => {
  it('is told of attempts as debug and of repeats as info', async () => {
    const server = await startScripted({ status: 503, body: SECRETS.token }, 'reset', 401);
    const { logger, lines } = recordingLogger();
    const { http } = clientUnderTest({ logger, onEvent: undefined });
    await http.request(callTo(`${server.url}/x?token=${SECRETS.token}`, { idempotent: true }));
    expect(lines.map(([level, message]) => `${level} ${message}`)).toEqual([
      'info invokeByUuid: attempt 1 will be repeated',
      'info invokeByUuid: attempt 2 will be repeated',
      'info invokeByUuid: attempt 3 will be repeated',
      'debug invokeByUuid: attempt 3 done',
    ]);
    expect(lines[0]?.[2]).toMatchObject({ operation: 'invokeByUuid', status: 503, repeatInMs: 5_000 });
    expect(lines[0]?.[2]).not.toHaveProperty('type');
  });

  it('is told of a listener that fails', async () => {
    const server = await startScripted(200);
    const { logger, lines } = recordingLogger();
    const { http } = clientUnderTest({ logger, onEvent: throws });
    await http.request(callTo(`${server.url}/x`));
    expect(lines).toContainEqual(['warn', 'an onEvent listener failed', { event: 'attempt', error: 'observer bug' }]);
  });
});

describe.each([
  ['throw', throws],
  ['reject', rejects],
])('observers that %s (J44)', (_how, fail) => {
  const loose: () => unknown = fail;
  const logger: Logger = { debug: loose, info: loose, warn: loose, error: loose };

  it('change neither answer nor error nor the number of requests', async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', onUnhandled);
    try {
      const server = await startScripted(503, 200, 'reset');
      for (const observers of [{ logger }, { onEvent: fail }, { logger, onEvent: fail }]) {
        const { http } = clientUnderTest({ onEvent: undefined, ...observers });
        const before = server.received.length;
        if (before === 0) {
          expect(await http.request(callTo(`${server.url}/x`, { rule: 'read' }))).toMatchObject({
            status: 200,
            attempts: 2,
          });
        } else {
          expect(await callFailureOf(http.request(callTo(`${server.url}/x`)))).toMatchObject({
            code: 'CONNECTION_LOST',
            attempts: 1,
          });
        }
      }
      expect(server.received).toHaveLength(4);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', onUnhandled);
    }
  });
});

describe('secrets', () => {
  const ECHOES = [
    `${SECRETS.token} ${SECRETS.clientSecret}`,
    JSON.stringify({ token: SECRETS.token, secret: SECRETS.clientSecret }),
    encodeURIComponent(`${SECRETS.token} ${SECRETS.clientSecret}`),
  ];

  it.each(ECHOES)('are not shown by the failures of a server that echoes them as %j', async (echo) => {
    for (const step of [
      { status: 307, headers: { location: `https://evil.example/${encodeURIComponent(echo)}` } },
      { status: 200, headers: { 'content-encoding': encodeURIComponent(echo) } },
      { status: 200, headers: { 'content-encoding': 'gzip' }, body: echo },
    ]) {
      const server = await startScripted(step);
      const { http } = clientUnderTest();
      await callFailureOf(http.request(callTo(`${server.url}/x?token=${SECRETS.token}`)));
    }
  });

  it('are not shown by a host or a context that holds them', async () => {
    const { http } = clientUnderTest();
    const call = callTo('http://x.invalid/', {
      secrets: ['x.invalid', SECRETS.clientSecret],
      retry: { maxRetries: 0 },
    });
    const failure = await callFailureOf(http.request(call));
    expect(failure.message).toContain('the name [secret] was not found');
  });
});
