import { redisScript, type RedisScript } from '@lp-functions/redis-access';

// What BullMQ does not keep: that an attempt's request is about to be sent. It is written before the request, under the
// claim of the worker, so that whoever takes the item after a crash knows that it may have run.

/** Fields of an item's hash in Redis that are ours. */
const FIELDS = { sent: 'lp:sent', why: 'lp:why', throttled: 'lp:throttled' } as const;

/**
 * KEYS: item, its lock. ARGV: token of the claim, mark of this attempt, 1 if it may run twice. Gives `go`, `lost` if the
 * claim is another's by now, or the mark of an earlier attempt that was sent and never came to an end; after `go` what is
 * kept of its having been throttled.
 */
export const BEGIN: RedisScript = redisScript(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return { 'lost' } end
local kept = redis.call('HMGET', KEYS[1], '${FIELDS.sent}', '${FIELDS.throttled}')
if kept[1] and kept[1] ~= ARGV[2] and ARGV[3] ~= '1' then return { kept[1] } end
redis.call('HSET', KEYS[1], '${FIELDS.sent}', ARGV[2])
return { 'go', kept[2] or '' }
`);

/**
 * KEYS: item, its lock. ARGV: token of the claim, reason, what is to be kept of its having been throttled, if it was. The
 * attempt did not run, or may be repeated: the mark goes.
 */
export const WITHDRAW: RedisScript = redisScript(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], '${FIELDS.sent}')
redis.call('HSET', KEYS[1], '${FIELDS.why}', ARGV[2])
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], '${FIELDS.throttled}', ARGV[3]) end
return 1
`);

/** KEYS: item, its lock, uncertain ones. ARGV: token of the claim, id, epoch milliseconds. Counts it as uncertain. */
export const PARK: RedisScript = redisScript(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2])
return 1
`);

/** KEYS: failed ones, item, uncertain ones. ARGV: id. Makes a dead letter ready to be taken again; 0 if it is none. */
export const REVIVE: RedisScript = redisScript(`
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
redis.call('HDEL', KEYS[2], '${FIELDS.sent}', '${FIELDS.why}', '${FIELDS.throttled}')
redis.call('ZREM', KEYS[3], ARGV[1])
return 1
`);

/** KEYS: failed ones, uncertain ones. ARGV: id. Takes a dead letter out, so that nobody else can retry it; 0 if it is none. */
export const TAKE_OUT: RedisScript = redisScript(`
redis.call('ZREM', KEYS[2], ARGV[1])
return redis.call('ZREM', KEYS[1], ARGV[1])
`);

/** KEYS: failed ones, uncertain ones. Gives how many of the failed are uncertain. */
export const COUNT_UNCERTAIN: RedisScript = redisScript(`return redis.call('ZINTERCARD', 2, KEYS[1], KEYS[2])`);

/** A rate that nothing reaches. */
export const UNLIMITED: number = 2 ** 31;

/** KEYS: meta. BullMQ lets a queue be held only where it has a rate: this one hurts nobody. */
export const ALLOW_HOLDING: RedisScript = redisScript(`
if redis.call('HEXISTS', KEYS[1], 'max') == 1 then return 0 end
return redis.call('HSET', KEYS[1], 'max', ${String(UNLIMITED)}, 'duration', 1000)
`);

/**
 * KEYS: limiter, hold. ARGV: milliseconds that were asked for or nothing, 1 if nothing else came back since the last hold, the
 * first and the longest hold. Holds the queue for all workers, and gives for how long. Those whose calls were under way when it
 * began to be held do not make it longer. By the clock of Redis, which is one.
 */
export const HOLD: RedisScript = redisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local kept = redis.call('HMGET', KEYS[2], 'until', 'step')
local left = math.max(tonumber(kept[1] or '0') - now, 0)
local step = tonumber(kept[2] or '0')
local hold = left
if ARGV[1] ~= '' then
  hold = math.max(tonumber(ARGV[1]), left)
elseif left == 0 then
  hold = tonumber(ARGV[3])
  if ARGV[2] == '1' and step > 0 then hold = math.max(hold, math.min(step * 2, tonumber(ARGV[4]))) end
  step = hold
end
if hold > left then
  redis.call('HSET', KEYS[2], 'until', string.format('%.0f', now + hold), 'step', string.format('%.0f', step))
  redis.call('PEXPIRE', KEYS[2], hold + 10 * ARGV[4])
  redis.call('SET', KEYS[1], '${String(Number.MAX_SAFE_INTEGER)}', 'PX', hold)
end
return hold
`);

/** In the queue's meta: BullMQ keeps the windows, which are not quite what was asked for. */
const PER_SECOND = 'lp:perSecond';

/** KEYS: meta. ARGV: the rate that was asked for, or nothing. */
export const KEEP_RATE: RedisScript = redisScript(`
if ARGV[1] == '' then return redis.call('HDEL', KEYS[1], '${PER_SECOND}') end
return redis.call('HSET', KEYS[1], '${PER_SECOND}', ARGV[1])
`);

/** KEYS: meta. Gives the rate that was asked for. */
export const KEPT_RATE: RedisScript = redisScript(`return redis.call('HGET', KEYS[1], '${PER_SECOND}')`);

/** KEYS: item. Gives our fields. */
export const MARKS: RedisScript = redisScript(`return redis.call('HMGET', KEYS[1], '${FIELDS.sent}', '${FIELDS.why}')`);

/**
 * KEYS: failed ones. ARGV: a score, a count. Gives so many of those that are no newer than the score, the newest first: id,
 * score, id, score...
 */
export const OLDER_DEAD: RedisScript = redisScript(
  `return redis.call('ZRANGE', KEYS[1], ARGV[1], '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, ARGV[2], 'WITHSCORES')`,
);

/** KEYS: item. Gives what BullMQ keeps of it that is no JSON: why it failed, how often it was taken, when it was added. */
export const PLAIN_FIELDS: RedisScript = redisScript(
  `return redis.call('HMGET', KEYS[1], 'failedReason', 'ats', 'timestamp')`,
);

/**
 * KEYS: events. ARGV: id. Gives what the item answered, if it was done among the last 2,000 things that happened, in a list:
 * items need not be kept when they are done.
 */
export const RECENT_ANSWER: RedisScript = redisScript(`
local edge = '+'
for _ = 1, 20 do
  local page = redis.call('XREVRANGE', KEYS[1], edge, '-', 'COUNT', 100)
  if #page == 0 then return {} end
  for _, entry in ipairs(page) do
    local fields = {}
    for at = 1, #entry[2], 2 do fields[entry[2][at]] = entry[2][at + 1] end
    if fields.jobId == ARGV[1] and fields.event == 'completed' then return { fields.returnvalue or 'null' } end
  end
  edge = '(' .. page[#page][1]
end
return {}
`);

/** KEYS: events. Gives the id of the newest one. */
export const NEWEST_EVENT: RedisScript = redisScript(`
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
return newest[1] and newest[1][1] or '0-0'
`);
