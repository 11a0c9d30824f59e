/** What the server does in one go, in Lua, about the close that prices are compared with: each day's is recorded once, whoever asks. */
import { isNumber, NOT_OURS, script } from '../../../platform/redis/script.ts';

/**
 * The stored text tells all: no number of it goes through a double on its way from one record to the next.
 * `standIn`: the close of the last regular minute, where no price of the evening is known.
 */
const records = `
local function read(key)
  local text = redis.call('GET', key)
  if not text then return nil end
  local isRead, record = pcall(cjson.decode, text)
  if not isRead or type(record) ~= 'table' then return nil, true end
  return record, false, text
end
local function known(key)
  local record, isOther, text = read(key)
  if isOther or (record and not (type(record.date) == 'string' and type(record.close) == 'number' and tonumber(record.ts))) then return nil, true end
  return record, false, text
end
local function number(text, name)
  return text and string.match(text, '"' .. name .. '":(-?[%d.eE+-]+)') or 'null'
end
local function put(key, seconds, symbol, close, date, ts, source, before)
  local text = '{"symbol":' .. symbol .. ',"close":' .. close .. ',"date":"' .. date .. '","ts":' .. ts ..
    ',"source":"' .. source .. '",' .. before .. '}'
  redis.call('SET', key, text, 'EX', seconds)
  return text
end
local function after(record, text)
  if not record then return '"closeBefore":null,"dateBefore":null' end
  return '"closeBefore":' .. number(text, 'close') .. ',"dateBefore":"' .. record.date .. '"'
end
local function beside(text)
  return string.match(text, '"closeBefore":.*[^}]')
end
local function standIn(key, seconds, symbol, close, date, ts)
  local record, isOther, text = known(key)
  if isOther then return nil, true end
  if not record or (record.date < date and tonumber(ts) > tonumber(record.ts)) then
    return put(key, seconds, symbol, close, date, ts, 'minute', after(record, text))
  end
  if record.date == date and record.source == 'minute' and tonumber(ts) >= tonumber(record.ts) then
    return put(key, seconds, symbol, close, date, ts, 'minute', beside(text))
  end
end`;

/**
 * KEYS: the close; the latest minute. ARGV: seconds for which it is kept; the symbol, as JSON; the day that has closed, when it
 * did, and both of the day before it; a price of its evening and the time of that, or two times nothing; what the close was last
 * known to be, or nothing.
 * @returns whether the price has been recorded, and what stands there
 */
export const settleClose = script(
  `${records}
local seconds, symbol, date, closed, dateBefore, closedBefore, price, ts, remembered = unpack(ARGV)
local record, isOther, text = known(KEYS[1])
if isOther then return redis.error_reply('${NOT_OURS} it holds what this sink did not write') end
if not record and remembered ~= '' then redis.call('SET', KEYS[1], remembered, 'EX', seconds) end
local minute, _, said = read(KEYS[2])
local start = minute and minute.session == 'regular' and tonumber(minute.start)
local function lastMinute(date, closed)
  if start and start < tonumber(closed) then
    standIn(KEYS[1], seconds, symbol, number(said, 'close'), date, number(said, 'start'))
  end
end
lastMinute(dateBefore, closedBefore)
if price == '' then lastMinute(date, closed) end
record, isOther, text = known(KEYS[1])
if price ~= '' and (not record or record.date < date) then
  return {1, put(KEYS[1], seconds, symbol, price, date, ts, 'fmv', after(record, text))}
end
if price ~= '' and record.date == date and record.source == 'minute' then
  return {1, put(KEYS[1], seconds, symbol, price, date, ts, 'fmv', beside(text))}
end
return {0, text or ''}`,
  isSettled,
);

/**
 * KEYS: the latest minute; the close. ARGV: the minute's text, start and version; seconds for which a close is kept; the
 * symbol, as JSON; the day that had closed before it, when it did, and both of the day before that; the day that it is a
 * regular minute of, or nothing, when that closes, and the minute's own close.
 * @returns 1 when a close has changed, -1 when what stands there is not ours
 */
export const writeMinute = script(
  `${records}
local text, start, version, seconds, symbol, date, closed, dateBefore, closedBefore, ownDate, ownClosed, close =
  unpack(ARGV)
local minute, isOther, said = read(KEYS[1])
local at = minute and tonumber(minute.start)
if isOther or (minute and not at) then
  return redis.error_reply('${NOT_OURS} it holds what this sink did not write')
end
local isNewer = not minute or at < tonumber(start)
  or (at == tonumber(start) and (tonumber(minute.version) or 0) <= tonumber(version))
if isNewer then redis.call('SET', KEYS[1], text) end
if not minute then return 0 end
local isChanged, isOthers
if isNewer and minute.session == 'regular' and at < tonumber(closed) then
  local day = at < tonumber(closedBefore) and dateBefore or date
  isChanged, isOthers = standIn(KEYS[2], seconds, symbol, number(said, 'close'), day, number(said, 'start'))
elseif not isNewer and ownDate ~= '' and at >= tonumber(ownClosed) then
  isChanged, isOthers = standIn(KEYS[2], seconds, symbol, close, ownDate, start)
end
return isOthers and -1 or isChanged and 1 or 0`,
  isNumber,
);

function isSettled(said: unknown): said is readonly [isRecorded: number, text: string] {
  return Array.isArray(said) && typeof said[0] === 'number' && typeof said[1] === 'string';
}
