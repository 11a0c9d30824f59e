/**
 * How a day's bars stand under their key, and the script that puts newer ones in their places. The value is JSON with a bar a line,
 * so that the server finds a bar without reading numbers anew: whatever it would write of them itself would not be what the stream said.
 */
import type { TradingDay } from '../markets/calendar.ts';
import { isOfEachKey, NOT_OURS, script } from '../platform/redis/script.ts';

/** The bars of a symbol and day, to be put in their places. */
export interface DayOfBars {
  readonly symbol: string;
  readonly key: string;
  readonly day: TradingDay;
  /** Texts of the bars, by their starts. */
  readonly bars: readonly string[];
}

export interface MergeOptions {
  /** Seconds for which a day stands. */
  readonly ttl: number;
  /** Whether they begin a list where none of their day stands: what came before may be missing in it. */
  readonly begins: boolean;
}

/** Stands for a list that is not there, where none may begin. */
export const ABSENT = -1;

/** One argument list for many keys: TTL; whether they begin a list; then of each key its day, how many bars, and these. */
export function mergeArguments(days: readonly DayOfBars[], { ttl, begins }: MergeOptions): string[] {
  const those = days.flatMap(({ day, bars }) => [day.date, `${bars.length}`, ...bars]);
  return [`${ttl}`, begins ? '1' : '0', ...those];
}

/** In so many of the last bytes stands the last bar: its numbers are of a few digits each, its symbol of 64 characters at most. */
const TAIL = 4_096;

/**
 * KEYS: where days stand. ARGV: see `mergeArguments`. A bar takes the place of the same one of a lower version; a later day that of
 * an earlier; nothing else changes anything. What comes after the last, or revises it, as nearly all does, costs no look at the others.
 * @returns of each key how many bars were newer, or `ABSENT`, or what stands in the way
 */
export const mergeDays = script(
  `
local notOurs = '${NOT_OURS} it holds what this release did not write'

local function number(bar, name)
  return tonumber(string.match(bar, '"' .. name .. '":(%d+)'))
end

local function merged(old, new)
  local all, count, n = {}, 0, 1
  local start = number(new[1], 'start')
  for bar in string.gmatch(old, '({[^\\n]*}),?') do
    local at = number(bar, 'start')
    if not at then return nil end
    while start and start < at do
      all[#all + 1] = new[n]
      n, count = n + 1, count + 1
      start = new[n] and number(new[n], 'start')
    end
    if start == at then
      local version = number(bar, 'version')
      if not version then return nil end
      if number(new[n], 'version') > version then
        bar, count = new[n], count + 1
      end
      n = n + 1
      start = new[n] and number(new[n], 'start')
    end
    all[#all + 1] = bar
  end
  for rest = n, #new do all[#all + 1] = new[rest] end
  return all, count + #new - n + 1
end

local function take(key, day, new)
  local stored = redis.pcall('GET', key)
  if type(stored) == 'table' then return stored.err end
  local before, old, isThere = '{"day":"' .. day .. '","bars":[\\n', '', false
  if stored then
    local on = string.match(stored, '^{"day":"(%d+%-%d+%-%d+)","bars":%[\\n{')
    local last = string.match(string.sub(stored, -${TAIL}), '\\n({[^\\n]*})\\n%]}$')
    local from = last and number(last, 'version') and number(last, 'start')
    if not on or not from then return notOurs end
    if on > day then return 0 end
    isThere = on == day
    if on == day and number(new[1], 'start') >= from then
      before, old = string.sub(stored, 1, -4 - #last), last
    elseif on == day then
      old = string.sub(stored, #before + 1, -4)
    end
  end
  if not isThere and ARGV[2] == '0' then return ${ABSENT} end
  local all, count = merged(old, new)
  if not all then return notOurs end
  if count == 0 then return 0 end
  local answer = redis.pcall('SET', key, before .. table.concat(all, ',\\n') .. '\\n]}', 'EX', ARGV[1])
  return answer.err or count
end

local results, at = {}, 3
for n, key in ipairs(KEYS) do
  local new, count = {}, tonumber(ARGV[at + 1])
  for each = 1, count do new[each] = ARGV[at + 1 + each] end
  results[n] = take(key, ARGV[at], new)
  at = at + 2 + count
end
return results`,
  isOfEachKey,
);
