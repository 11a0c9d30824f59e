/** What the server does in one go, in Lua: a latest value only becomes newer, an entry of a stream is added once. */
import { isNumber, isOfEachKey, NOT_OURS, script } from '../../../platform/redis/script.ts';

/**
 * KEYS: where values stand, each once. ARGV: the names of the fields by which values follow each other; then of each key the new
 * text and what that has there. The stored text tells how new it is, so that nothing beside it can disagree. What is as new is
 * written: it came later.
 * @returns of each key whether it was written, or what stands in the way
 */
export const writeLatest = script(
  `
local stored = redis.call('MGET', unpack(KEYS))
local function verdict(there, first, second)
  if not there then return 1 end
  if type(there) == 'table' then return there.err end
  local isRead, old = pcall(cjson.decode, there)
  local at = isRead and type(old) == 'table' and tonumber(old[ARGV[1]])
  if not at then return '${NOT_OURS} it holds what this sink did not write' end
  if at > first then return 0 end
  if at == first and (tonumber(old[ARGV[2]]) or 0) > second then return 0 end
  return 1
end
local answers, newer = {}, {}
for n, key in ipairs(KEYS) do
  -- Together with others, what is no text looks as if there were nothing.
  local there = stored[n] or redis.pcall('GET', key)
  answers[n] = verdict(there, tonumber(ARGV[3 * n + 1]), tonumber(ARGV[3 * n + 2]))
  if answers[n] == 1 then
    newer[#newer + 1] = key
    newer[#newer + 1] = ARGV[3 * n]
  end
end
if #newer > 0 then redis.call('MSET', unpack(newer)) end
return answers`,
  isOfEachKey,
);

/**
 * KEYS: the stream; where the lane's last number stands. ARGV: the most entries; seconds for which the number is kept; how
 * many fields; their names; then of each entry its number and its values. Numbers of a lane rise.
 */
export const addEntries = script(
  `
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
local count = tonumber(ARGV[3])
local fields, isAdded = {}, false
for n = 1, count do fields[2 * n - 1] = ARGV[3 + n] end
for at = 4 + count, #ARGV, count + 1 do
  if tonumber(ARGV[at]) > last then
    for n = 1, count do fields[2 * n] = ARGV[at + n] end
    if at + count < #ARGV then
      redis.call('XADD', KEYS[1], '*', unpack(fields))
    else
      redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(fields))
    end
    isAdded = true
  end
end
if isAdded then redis.call('SET', KEYS[2], ARGV[#ARGV - count], 'EX', ARGV[2]) end
return last`,
  isNumber,
);
