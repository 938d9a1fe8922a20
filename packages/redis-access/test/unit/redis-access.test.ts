import { describe, expect, test } from 'vitest';
import { createRedisAccess, type RedisClient, redisClientRule, redisScript } from '../../src/index.ts';

/** What a failure looks like to whoever describes it. */
class Described extends Error {
  readonly failure: object;

  constructor(failure: object) {
    super(JSON.stringify(failure));
    this.failure = failure;
  }
}

function access(client: Partial<RedisClient>, timeoutMs = 1_000) {
  const whole: RedisClient = {
    isOpen: true,
    isReady: true,
    get: () => Promise.resolve(null),
    eval: () => Promise.resolve('by source'),
    evalSha: () => Promise.resolve('by digest'),
    ...client,
  };
  return createRedisAccess({ client: whole, timeoutMs, describe: (failure) => new Described(failure) });
}

const SCRIPT = redisScript('return 1');

describe('guarded commands', () => {
  test('nothing is sent while the client connects anew, or before it is connected', async () => {
    const get = () => Promise.reject(new Error('was called'));
    await expect(access({ isReady: false, get }).get('a')).rejects.toMatchObject({
      failure: { kind: 'unreachable', sent: 'no', passing: true },
    });
    await expect(access({ isOpen: false, isReady: false, get }).get('a')).rejects.toMatchObject({
      failure: { kind: 'unreachable', sent: 'no', passing: false, reason: 'the Redis client is not connected' },
    });
  });

  test('an answer that does not come is not waited for, and what comes late is nobody’s unhandled rejection', async () => {
    let settle: (error: Error) => void = () => {};
    const late = new Promise<never>((_, reject) => (settle = reject));
    await expect(access({ get: () => late }, 20).get('a')).rejects.toMatchObject({
      failure: { kind: 'timeout', sent: 'maybe', passing: true },
    });
    settle(new Error('late'));
    await new Promise((resolve) => setTimeout(resolve, 20));
  });

  test('what throws before it sends anything leaves no timer behind', async () => {
    const odd = () => {
      throw new Error('odd');
    };
    await expect(access({ get: odd }, 10).get('a')).rejects.toThrow('odd');
    // A timer that is left over would reject a promise that nobody has.
    await new Promise((resolve) => setTimeout(resolve, 30));
  });

  test('a script is sent by its digest, and whole where Redis does not know it', async () => {
    expect(await access({}).run(SCRIPT, ['k'], ['v'])).toBe('by digest');
    const evalSha = () => Promise.reject(new Error('NOSCRIPT No matching script.'));
    expect(await access({ evalSha }).run(SCRIPT, ['k'], ['v'])).toBe('by source');
    const refused = () => Promise.reject(new Error('ERR Error running script'));
    await expect(access({ evalSha: refused }).run(SCRIPT, [], [])).rejects.toMatchObject({
      failure: { kind: 'refused' },
    });
  });

  test('no value is undefined; a client without isReady, as that of a cluster, is taken at its word', async () => {
    expect(await access({ isReady: undefined }).get('a')).toBeUndefined();
    expect(await access({ get: () => Promise.resolve('v') }).get('a')).toBe('v');
  });

  test.each([[undefined], [null], ['redis://localhost'], [{}], [{ get() {} }]])('%j is no client', (value) => {
    expect(redisClientRule(value)).toMatch(/client of the library redis/);
  });
});
