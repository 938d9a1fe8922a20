import { redisScript, type RedisScript } from '@lp-functions/redis-access';

// KEYS: tokens, lock, fence. All three have the same hash tag, so that they are in one slot of a cluster.
//
// A fence is the time of the Redis server in microseconds, or one more than the last: so it grows even if Redis forgets
// everything. Numbers of this size are exact in Lua until the year 2255.

/** How long the last fence is remembered at least, in milliseconds: nobody is paused for longer and then writes. */
const FENCE_MS = 24 * 60 * 60_000;

/** ARGV: lease in milliseconds. Gives the fence, or how many milliseconds the present owner has left. */
export const TAKE: RedisScript = redisScript(`
local left = redis.call('PTTL', KEYS[2])
if left ~= -2 then return { '', left } end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local last = tonumber(redis.call('GET', KEYS[3]) or '0')
local fence = string.format('%.0f', math.max(now, last + 1))
redis.call('SET', KEYS[2], fence, 'PX', ARGV[1])
redis.call('SET', KEYS[3], fence, 'PX', ${String(FENCE_MS)})
return { fence, 0 }
`);

/** ARGV: fence, lease in milliseconds. Gives 1 while the lock is still this owner's. */
export const RENEW: RedisScript = redisScript(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[3], ${String(FENCE_MS)})
return redis.call('PEXPIRE', KEYS[2], ARGV[2])
`);

/** ARGV: fence. Gives the lock back, if it is still this owner's. */
export const RELEASE: RedisScript = redisScript(`
if redis.call('GET', KEYS[2]) == ARGV[1] then return redis.call('DEL', KEYS[2]) end
return 0
`);

/** ARGV: sealed tokens, how long to keep them in milliseconds, fence or nothing. Gives 0 if a newer owner was seen. */
export const WRITE: RedisScript = redisScript(`
if ARGV[3] ~= '' then
  local seen = redis.call('GET', KEYS[3])
  if seen and tonumber(seen) > tonumber(ARGV[3]) then return 0 end
  redis.call('SET', KEYS[3], ARGV[3], 'PX', ${String(FENCE_MS)})
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`);

/** Removes the tokens. The fence stays: a late write of an older owner must not bring them back. */
export const REMOVE: RedisScript = redisScript(`return redis.call('DEL', KEYS[1])`);
