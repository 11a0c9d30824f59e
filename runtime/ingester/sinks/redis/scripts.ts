/** What the server does in one go, in Lua: a latest value only becomes newer, an entry of a stream is added once. */
import { NOT_OURS, script } from '../../../platform/redis/script.ts';

/**
 * KEYS: the value. ARGV: the new text; the names of the fields by which values follow each other; what the new one has there.
 * The stored text tells how new it is, so that nothing beside it can disagree. What is as new is written: it came later.
 */
export const writeLatest = script(`
local stored = redis.call('GET', KEYS[1])
if stored then
  local isRead, old = pcall(cjson.decode, stored)
  local at = isRead and type(old) == 'table' and tonumber(old[ARGV[2]])
  if not at then return redis.error_reply('${NOT_OURS} it holds what this sink did not write') end
  local new = tonumber(ARGV[4])
  if at > new then return 0 end
  if at == new and (tonumber(old[ARGV[3]]) or 0) > tonumber(ARGV[5]) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1])
return 1`);

/**
 * KEYS: the stream; where the lane's last number stands. ARGV: the most entries; seconds for which the number is kept; how
 * many fields; their names; then of each entry its number and its values. Numbers of a lane rise.
 */
export const addEntries = script(`
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
local count = tonumber(ARGV[3])
local at = 4 + count
local newest
while at <= #ARGV do
  if tonumber(ARGV[at]) > last then
    local fields = {}
    for n = 1, count do
      fields[2 * n - 1] = ARGV[3 + n]
      fields[2 * n] = ARGV[at + n]
    end
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(fields))
    newest = ARGV[at]
    last = tonumber(newest)
  end
  at = at + count + 1
end
if newest then redis.call('SET', KEYS[2], newest, 'EX', ARGV[2]) end
return last`);
