/** Reads the records of both streams strictly, by JSON: what is not such a record comes back with the reason. `fast/` reads the same sooner. */

import type { Market } from '../markets/market.ts';
import { MINUTE, rolledTimeframes } from '../markets/timeframe.ts';
import {
  type Coverage,
  type MinuteBar,
  type MinuteRecord,
  type RolledBar,
  SCHEMA,
  type Watermark,
} from './bar.ts';
import {
  checkRange,
  endIn,
  minuteIn,
  priceIn,
  Refused,
  reasonOf,
  rolledVolumeIn,
  sessionIn,
  slotIn,
  sourceIn,
  symbolIn,
  tradesIn,
  versionIn,
  volumeIn,
  wholeIn,
} from './check.ts';
import { slotOf } from './slot.ts';

/** Data that is not a record of ours. */
export interface Invalid {
  readonly type: 'invalid';
  /** Names the field, the value and the rule. */
  readonly reason: string;
}

type Fields = Readonly<Record<string, unknown>>;
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Doubles write back up to 15 significant digits unchanged; longer volumes must be read from the text itself. */
const LONG_VOLUME = /olume"\s*:\s*[\d.]{16}|\\/;

/** Reads one record of the `minutes` stream. Never throws. */
export function decodeMinuteRecord(text: string, market: Market): MinuteRecord | Invalid {
  return reading(() => minuteRecord(parse(text), market));
}

/** Reads one record of the `bars` stream. Never throws. */
export function decodeRolledBar(text: string): RolledBar | Invalid {
  return reading(() => rolledBar(parse(text)));
}

/** Whatever is thrown while a text is read is that text's fault, and no reason to try again. */
function reading<T>(read: () => T): T | Invalid {
  try {
    return read();
  } catch (error) {
    return { type: 'invalid', reason: reasonOf(error) };
  }
}

/** The fields of a record whose schema is known. */
function parse(text: string): Fields {
  let value: unknown;
  try {
    value = LONG_VOLUME.test(text) ? JSON.parse(text, exactVolumes) : JSON.parse(text);
  } catch (error) {
    throw error instanceof SyntaxError ? new Refused('record', text, 'not JSON') : error;
  }
  if (!isFields(value)) throw new Refused('record', value, 'not a JSON object');
  if (value['schema'] !== SCHEMA) throw new Refused('schema', value['schema'], `this reader knows ${SCHEMA}`);
  return value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A reviver that keeps the digits of volumes as they stand in the text. */
function exactVolumes(key: string, value: unknown, context?: { source?: string }): unknown {
  const isVolume = key === 'volume' || key === 'dayVolume';
  return isVolume && typeof value === 'number' ? (context?.source ?? value) : value;
}

function minuteRecord(fields: Fields, market: Market): MinuteRecord {
  switch (fields['type']) {
    case 'bar':
      return minuteBar(fields, market);
    case 'coverage':
      return coverage(fields);
    case 'watermark':
      return watermark(fields);
    default:
      throw new Refused('type', fields['type'], 'use bar, coverage or watermark');
  }
}

function minuteBar(fields: Fields, market: Market): MinuteBar {
  if (fields['timeframe'] !== '1m')
    throw new Refused('timeframe', fields['timeframe'], 'minutes carry 1m bars');
  const start = minuteIn('start', fields['start']);
  if (fields['end'] !== start + MINUTE)
    throw new Refused('end', fields['end'], `this minute ends at ${start + MINUTE}`);
  const bar: Writable<MinuteBar> = {
    type: 'bar',
    symbol: symbolIn(fields['symbol']),
    start,
    open: priceIn('open', fields['open'], market),
    high: priceIn('high', fields['high'], market),
    low: priceIn('low', fields['low'], market),
    close: priceIn('close', fields['close'], market),
    volume: volumeIn('volume', fields['volume']),
    session: sessionIn(fields['session']),
    version: versionIn(fields['version']),
    source: sourceIn(fields['source']),
  };
  checkRange(bar);
  const { vwap, trades, dayVolume, dayVwap, officialOpen } = fields;
  if (vwap !== undefined) bar.vwap = priceIn('vwap', vwap, market);
  if (trades !== undefined) bar.trades = tradesIn('trades', trades);
  if (dayVolume !== undefined) bar.dayVolume = volumeIn('dayVolume', dayVolume);
  if (dayVwap !== undefined) bar.dayVwap = priceIn('dayVwap', dayVwap, market);
  if (officialOpen !== undefined) bar.officialOpen = priceIn('officialOpen', officialOpen, market);
  if (fields['otc'] === true) bar.otc = true;
  return bar;
}

function coverage(fields: Fields): Coverage {
  const { covered } = fields;
  if (typeof covered !== 'boolean') throw new Refused('covered', covered, 'use true or false');
  const mark: Writable<Coverage> = {
    type: 'coverage',
    slot: slotIn(fields['slot']),
    minute: minuteIn('minute', fields['minute']),
    covered,
    version: versionIn(fields['version']),
  };
  if (fields['symbol'] !== undefined) {
    mark.symbol = symbolIn(fields['symbol']);
    const slot = slotOf(mark.symbol);
    if (slot !== mark.slot) throw new Refused('slot', mark.slot, `${mark.symbol} is in slot ${slot}`);
  }
  return mark;
}

function watermark(fields: Fields): Watermark {
  return {
    type: 'watermark',
    slot: slotIn(fields['slot']),
    through: endIn('through', fields['through']),
    epoch: wholeIn('epoch', fields['epoch'], 0),
  };
}

function rolledBar(fields: Fields): RolledBar {
  const timeframe = rolledTimeframes.find(known => known === fields['timeframe']);
  if (timeframe === undefined)
    throw new Refused('timeframe', fields['timeframe'], `use ${rolledTimeframes.join(', ')}`);
  const { final } = fields;
  if (typeof final !== 'boolean') throw new Refused('final', final, 'use true or false');
  const start = minuteIn('start', fields['start']);
  const bar: Writable<RolledBar> = {
    symbol: symbolIn(fields['symbol']),
    timeframe,
    start,
    end: endIn('end', fields['end']),
    open: priceIn('open', fields['open'], ANY_PRICE),
    high: priceIn('high', fields['high'], ANY_PRICE),
    low: priceIn('low', fields['low'], ANY_PRICE),
    close: priceIn('close', fields['close'], ANY_PRICE),
    volume: rolledVolumeIn('volume', fields['volume']),
    minutes: wholeIn('minutes', fields['minutes'], 1),
    uncovered: wholeIn('uncovered', fields['uncovered'], 0),
    session: sessionIn(fields['session']),
    final,
    version: wholeIn('version', fields['version'], 1),
  };
  checkRange(bar);
  if (fields['vwap'] !== undefined) bar.vwap = priceIn('vwap', fields['vwap'], ANY_PRICE);
  if (fields['trades'] !== undefined) bar.trades = wholeIn('trades', fields['trades'], 0);
  return bar;
}

/** Rolled bars come from checked minutes, so the reader need not know their market. */
const ANY_PRICE: Market = 'futures';
