// What Redis has no command for, each as one step on one key.
import { redisScript } from './redis-script.ts'

/** `is expected there, expected, is next there, next, ttl or ''` → 1 where it was changed. */
export const COMPARE_AND_SET = redisScript(`
local kept = redis.call('GET', KEYS[1])
if ARGV[1] == '0' then
  if kept then return 0 end
elseif kept ~= ARGV[2] then return 0 end
if ARGV[3] == '0' then redis.call('UNLINK', KEYS[1])
elseif ARGV[5] == '' then redis.call('SET', KEYS[1], ARGV[4])
else redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[5]) end
return 1`)

/**
 * `by, max or '', ttl or ''` → the sum as text, or `counter` where the value is none or the sum leaves ±(2^53 − 1). INCRBY would go further,
 * and has no most.
 */
export const INCREMENT = redisScript(`
local kept = redis.call('GET', KEYS[1])
if kept and (not string.match(kept, '^%-?%d+$') or #kept > 17 or math.abs(tonumber(kept)) > 9007199254740991) then
  return 'counter'
end
local by = tonumber(ARGV[1])
local sum = tonumber(kept or '0') + by
if ARGV[2] ~= '' and by > 0 and sum > tonumber(ARGV[2]) then return string.format('%.0f', sum) end
if math.abs(sum) > 9007199254740991 then return 'counter' end
local text = string.format('%.0f', sum)
if kept then redis.call('SET', KEYS[1], text, 'KEEPTTL')
elseif ARGV[3] == '' then redis.call('SET', KEYS[1], text)
else redis.call('SET', KEYS[1], text, 'PX', ARGV[3]) end
return text`)

/**
 * Takes from a token bucket: `amount, parts of a unit, parts of all, parts that come back in a ms` → the parts that were used before, as text,
 * or `quota` where the value is none. The server's clock counts, which all processes share. Kept is `q1 used at`, as long as
 * it is not whole; where nothing is taken, nothing is written.
 */
export const TAKE = redisScript(`
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local kept = redis.call('GET', KEYS[1])
local used = 0
if kept then
  local parts, at = string.match(kept, '^q1 ([%d.e+-]+) (%d+)$')
  if not parts then return 'quota' end
  used = math.max(0, tonumber(parts) - math.max(0, now - tonumber(at)) * tonumber(ARGV[4]))
end
local wanted = used + tonumber(ARGV[1]) * tonumber(ARGV[2])
local amount = tonumber(ARGV[1])
local isRefused = amount > 0 and wanted > tonumber(ARGV[3])
if not isRefused and amount ~= 0 and (kept or amount > 0) then
  local left = math.max(0, wanted)
  local ttl = math.max(1000, math.ceil(left / tonumber(ARGV[4])))
  redis.call('SET', KEYS[1], string.format('q1 %.17g %.0f', left, now), 'PX', string.format('%.0f', ttl))
end
return string.format('%.17g', used)`)
