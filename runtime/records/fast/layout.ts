/** Reads a minute bar in the very layout that `encodeMinuteBar` writes from its bytes, in half the time of `JSON.parse`; all else is for the general reader. */

import type { MinuteValues } from '../../fold/minutes.ts';
import type { Market } from '../../markets/market.ts';
import { MINUTE } from '../../markets/timeframe.ts';
import {
  checkRange,
  minuteIn,
  priceIn,
  sessionIn,
  sourceIn,
  tradesIn,
  versionIn,
  volumeIn,
} from '../check.ts';
import { SCHEMA } from '../encode.ts';
import { slotOf } from '../slot.ts';
import { expected, JsonReader, SAFE_DIGITS } from './json-reader.ts';
import { NamesInBytes } from './names-in-bytes.ts';

const SYMBOL = expected(`{"type":"bar","schema":${SCHEMA},"symbol":"`);
const [START, END, OPEN] = [
  expected(',"timeframe":"1m","start":'),
  expected(',"end":'),
  expected(',"open":'),
];
const [HIGH, LOW, CLOSE] = [expected(',"high":'), expected(',"low":'), expected(',"close":')];
const [VOLUME, VWAP] = [expected(',"volume":'), expected(',"vwap":')];
const SESSION = expected(',"minutes":1,"uncovered":0,"session":"');
const [VERSION, SOURCE] = [expected(',"final":true,"version":'), expected(',"source":"')];
const [DAY_VOLUME, DAY_VWAP] = [expected(',"dayVolume":'), expected(',"dayVwap":')];
const [OFFICIAL_OPEN, TRADES] = [expected(',"officialOpen":'), expected(',"trades":')];
const OTC = expected(',"otc":true');

/** What the roll-up takes from a minute bar. */
export interface BarMinute extends MinuteValues {
  readonly type: 'bar';
  readonly symbol: string;
  readonly slot: number;
  /** Epoch ms. */
  readonly start: number;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const reader = new JsonReader();
/** Some times the symbols of the whole US market. */
const symbols = new NamesInBytes(32_768, name => ({ name, slot: slotOf(name) }));
/** Names of sessions and sources. */
const words = new NamesInBytes(64, name => ({ name }));

/**
 * The minute of a record in that layout, whose text is given in base64; undefined for any other text, which may be the same
 * record in other words, and for a bar that breaks a rule. What the roll-up does not take is checked all the same.
 */
export function barMinuteIn(base64: string, market: Market): BarMinute | undefined {
  if (!reader.open(base64) || !reader.skip(SYMBOL)) return undefined;
  const symbol = reader.name(symbols);
  reader.expect(START);
  const start = reader.number();
  reader.expect(END);
  const end = reader.number();
  reader.expect(OPEN);
  const open = reader.number();
  reader.expect(HIGH);
  const high = reader.number();
  reader.expect(LOW);
  const low = reader.number();
  reader.expect(CLOSE);
  const close = reader.number();
  reader.expect(VOLUME);
  let volume = reader.decimal();
  const vwap = reader.skip(VWAP) ? reader.number() : undefined;
  reader.expect(SESSION);
  const session = reader.name(words);
  reader.expect(VERSION);
  const version = reader.number();
  reader.expect(SOURCE);
  const source = reader.name(words);
  const dayVolume = reader.skip(DAY_VOLUME) ? reader.longDecimal() : undefined;
  const dayVwap = reader.skip(DAY_VWAP) ? reader.number() : undefined;
  const officialOpen = reader.skip(OFFICIAL_OPEN) ? reader.number() : undefined;
  const trades = reader.skip(TRADES) ? reader.number() : undefined;
  reader.skip(OTC);
  if (!reader.closes() || !symbol || end !== start + MINUTE) return undefined;
  try {
    minuteIn('start', start);
    priceIn('open', open, market);
    priceIn('high', high, market);
    priceIn('low', low, market);
    priceIn('close', close, market);
    checkRange({ open, high, low, close });
    if (volume.length > SAFE_DIGITS) volume = volumeIn('volume', volume);
    if (vwap !== undefined) priceIn('vwap', vwap, market);
    sessionIn(session?.name);
    versionIn(version);
    sourceIn(source?.name);
    if (dayVolume !== undefined) volumeIn('dayVolume', dayVolume);
    if (dayVwap !== undefined) priceIn('dayVwap', dayVwap, market);
    if (officialOpen !== undefined) priceIn('officialOpen', officialOpen, market);
    if (trades !== undefined) tradesIn('trades', trades);
  } catch {
    return undefined;
  }
  const { name, slot } = symbol;
  // As live minutes of stocks are. A field that is added to an object later costs as much as all that are there from the first.
  if (vwap !== undefined && trades === undefined)
    return { type: 'bar', symbol: name, slot, start, open, high, low, close, volume, version, vwap };
  const minute: Writable<BarMinute> = {
    type: 'bar',
    symbol: name,
    slot,
    start,
    open,
    high,
    low,
    close,
    volume,
    version,
  };
  if (vwap !== undefined) minute.vwap = vwap;
  if (trades !== undefined) minute.trades = trades;
  return minute;
}
