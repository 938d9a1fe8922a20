import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, inject, test, vi } from 'vitest';
import type { FunctionsClient } from '@lp-functions/client';
// @boundaries-ignore: what tests of several packages need stands once, at the root of the repository.
import { startRedis } from '../../../../tools/redis-server.mjs';
import { openCallQueue } from '../../src/platform/call-queue.ts';

const PATIENCE = { timeout: 15_000 };
const program = inject('redisServer');

describe.skipIf(program === undefined)('the queue of calls', () => {
  test('logs once that Redis is away, and once that it is back', { timeout: 90_000 }, async () => {
    const redis = await startRedis(program!);
    // Is not there when the server starts, comes, goes and comes again.
    await redis.kill();
    const lines: string[] = [];
    const note = (line: string): void => void lines.push(line);
    const functions = { invokeByUuid() {}, invokeByName() {}, invokeByEvent() {} } as unknown as FunctionsClient;
    const queue = openCallQueue({
      redisUrl: redis.url,
      encryptionKeys: undefined,
      functions,
      logger: { debug: note, info: note, warn: note, error: note },
    });
    const told = (): string[] => lines.map((line) => line.split(';')[0] ?? '');
    const [away, back] = ['Redis cannot be reached', 'Redis is back'];
    try {
      await vi.waitFor(() => expect(told()).toEqual([away]), PATIENCE);
      await delay(1_000);
      await redis.start();
      await vi.waitFor(() => expect(told()).toEqual([away, back]), PATIENCE);
      await redis.kill();
      await vi.waitFor(() => expect(told()).toEqual([away, back, away]), PATIENCE);
      await delay(1_000);
      await redis.start();
      await vi.waitFor(() => expect(told()).toEqual([away, back, away, back]), PATIENCE);
    } finally {
      await queue.close();
      await redis.close();
    }
    expect(told()).toHaveLength(4);
  });
});
