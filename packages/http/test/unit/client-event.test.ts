import { describe, expect, it, vi } from 'vitest';
import { type ClientEvent, emitEvent, type Logger } from '../../src/index.ts';
import { quietLogger } from '../../src/logger.ts';

const EVENT: ClientEvent = { type: 'token-renewed', lifetimeMs: 1 };

function recordingLogger() {
  const lines: unknown[][] = [];
  const write =
    (level: string) =>
    (...line: unknown[]) =>
      void lines.push([level, ...line]);
  const logger: Logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  return { logger, lines };
}

const nextTurn = () => new Promise(setImmediate);

describe('emitEvent', () => {
  it('hands the event on', () => {
    const listener = vi.fn();
    emitEvent(listener, EVENT);
    emitEvent(undefined, EVENT);
    expect(listener).toHaveBeenCalledExactlyOnceWith(EVENT);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('collector bug');
      },
    ],
    ['rejects', () => Promise.reject(new Error('collector bug'))],
    [
      'returns a thenable that rejects',
      () => ({ then: (_done: unknown, fail: (e: Error) => void) => fail(new Error('collector bug')) }),
    ],
  ])('reports a listener that %s, and nothing else happens', async (_how, listener) => {
    const { logger, lines } = recordingLogger();
    emitEvent(listener, EVENT, logger);
    emitEvent(listener, EVENT);
    await nextTurn();
    expect(lines).toEqual([['warn', 'an onEvent listener failed', { event: 'token-renewed', error: 'collector bug' }]]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('logger bug');
      },
    ],
    ['rejects', () => Promise.reject(new Error('logger bug'))],
  ])('survives a listener and a logger that %s', async (_how, fail) => {
    const loose: () => unknown = fail;
    const logger: Logger = { debug: loose, info: loose, warn: loose, error: loose };
    emitEvent(fail, EVENT, logger);
    await nextTurn();
  });

  it.each([[undefined], [null], ['text'], [42], [{}], [Promise.resolve('x')]])(
    'takes a listener that returns %s',
    async (answer) => {
      emitEvent(() => answer, EVENT);
      await nextTurn();
    },
  );
});

describe('quietLogger', () => {
  it('writes through to the methods of the logger, with its `this`', () => {
    class Collector {
      readonly lines: unknown[] = [];
      debug(...line: unknown[]): void {
        this.lines.push(line);
      }
      info(...line: unknown[]): void {
        this.lines.push(line);
      }
      warn(...line: unknown[]): void {
        this.lines.push(line);
      }
      error(...line: unknown[]): void {
        this.lines.push(line);
      }
    }
    const collector = new Collector();
    const quiet = quietLogger(collector);
    quiet.debug('a');
    quiet.info('b', { n: 1 });
    quiet.warn('c');
    quiet.error('d');
    expect(collector.lines).toEqual([
      ['a', undefined],
      ['b', { n: 1 }],
      ['c', undefined],
      ['d', undefined],
    ]);
  });
});
