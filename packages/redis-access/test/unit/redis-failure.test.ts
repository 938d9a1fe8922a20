import { describe, expect, test } from 'vitest';
import { redisFailureOf } from '../../src/index.ts';

describe('what Redis answered', () => {
  test.each([
    ['LOADING Redis is loading the dataset in memory', true],
    ["READONLY You can't write against a read only replica.", true],
    ['OOM command not allowed when used memory > maxmemory', true],
    ['MISCONF Redis is configured to save RDB snapshots', true],
    ['CLUSTERDOWN The cluster is down', true],
    ['ERR unknown command', false],
    ['NOAUTH Authentication required.', false],
    ['NOPERM this user has no permissions to run the command', false],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', false],
  ])('%s', (message, passing) => {
    expect(redisFailureOf(new Error(message))).toEqual({
      kind: 'refused',
      sent: 'maybe',
      reason: `Redis refused: ${message}`,
      passing,
    });
  });

  test('the arguments that Redis quotes are left out', () => {
    const { reason } = redisFailureOf(new Error("ERR unknown command 'X', with args beginning with: 'secret'"));
    expect(reason).toBe("Redis refused: ERR unknown command 'X'");
  });
});

describe('what became of the connection', () => {
  test.each([
    ['connect ECONNREFUSED 127.0.0.1:6379', 'maybe'],
    ['read ECONNRESET', 'maybe'],
    ['ECONNRESET', 'maybe'],
    ['Socket closed unexpectedly', 'maybe'],
    ['Connection timeout', 'maybe'],
    ['Disconnects client', 'maybe'],
    ['The client is closed', 'no'],
    ['The client is offline', 'no'],
  ])('%s', (message, sent) => {
    expect(redisFailureOf(new Error(message))).toMatchObject({ kind: 'unreachable', sent, passing: true });
  });

  test('anything else that is thrown is told by its text', () => {
    expect(redisFailureOf('odd').reason).toBe('the connection to Redis failed: odd');
  });
});
