/** Reads the `minutes` stream for the roll-up: a minute bar in the very layout that our own writer makes from its bytes, in half the time of `JSON.parse`; all else by `decode.ts` of the records. */

import type { Market } from '../../markets/market.ts';
import { MINUTE } from '../../markets/timeframe.ts';
import { type Coverage, type MinuteValues, SCHEMA, type Watermark } from '../bar.ts';
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
import { decodeMinuteRecord, type Invalid } from '../decode.ts';
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

/** What stands behind a bar's values. The roll-up does not take all of it, but all of it is checked. */
interface Details {
  readonly session: string | undefined;
  readonly version: number;
  readonly source: string | undefined;
  /** Where it has more digits than are read as they come. */
  readonly dayVolume: string | undefined;
  readonly dayVwap: number | undefined;
  readonly officialOpen: number | undefined;
  readonly trades: number | undefined;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** In base64: many times a record in that layout. */
const reader = new JsonReader(4_096);
/** Some times the symbols of the whole US market. */
const symbols = new NamesInBytes(32_768, name => ({ name, slot: slotOf(name) }));
/** Names of sessions and sources. */
const words = new NamesInBytes(64, name => ({ name }));

/** Reads a record whose text is given in base64, as Lambda gets it, with at least what the roll-up takes from a bar. Never throws. */
export function decodeMinuteData(base64: string, market: Market): BarMinute | Coverage | Watermark | Invalid {
  const minute = barMinuteIn(base64, market);
  if (minute) return minute;
  const record = decodeMinuteRecord(Buffer.from(base64, 'base64').toString(), market);
  return record.type === 'bar' ? { ...record, slot: slotOf(record.symbol) } : record;
}

/**
 * The minute of a record in that layout; undefined for any other text, which may be the same record in other words, and
 * for a bar that breaks a rule.
 */
export function barMinuteIn(base64: string, market: Market): BarMinute | undefined {
  if (!reader.openBase64(base64) || !reader.skip(SYMBOL)) return undefined;
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
  const volume = reader.decimal();
  const vwap = reader.skip(VWAP) ? reader.number() : undefined;
  const details = readDetails();
  if (!reader.closes('}') || !symbol || end !== start + MINUTE) return undefined;
  const { name, slot } = symbol;
  const { version, trades } = details;
  // As live minutes of stocks are. A field that is added to an object later costs as much as all that are there from the first.
  const minute: Writable<BarMinute> =
    vwap !== undefined && trades === undefined
      ? { type: 'bar', symbol: name, slot, start, open, high, low, close, volume, version, vwap }
      : { type: 'bar', symbol: name, slot, start, open, high, low, close, volume, version };
  if (vwap !== undefined && trades !== undefined) minute.vwap = vwap;
  if (trades !== undefined) minute.trades = trades;
  return keepsRules(minute, details, market) ? minute : undefined;
}

function readDetails(): Details {
  reader.expect(SESSION);
  const session = reader.name(words)?.name;
  reader.expect(VERSION);
  const version = reader.number();
  reader.expect(SOURCE);
  const source = reader.name(words)?.name;
  const dayVolume = reader.skip(DAY_VOLUME) ? reader.longDecimal() : undefined;
  const dayVwap = reader.skip(DAY_VWAP) ? reader.number() : undefined;
  const officialOpen = reader.skip(OFFICIAL_OPEN) ? reader.number() : undefined;
  const trades = reader.skip(TRADES) ? reader.number() : undefined;
  reader.skip(OTC);
  return { session, version, source, dayVolume, dayVwap, officialOpen, trades };
}

/** Whether every rule is kept; brings a volume of many digits into canonical form. */
function keepsRules(minute: Writable<BarMinute>, details: Details, market: Market): boolean {
  const { open, high, low, close, volume, vwap } = minute;
  const { dayVolume, dayVwap, officialOpen, trades } = details;
  try {
    minuteIn('start', minute.start);
    priceIn('open', open, market);
    priceIn('high', high, market);
    priceIn('low', low, market);
    priceIn('close', close, market);
    checkRange(minute);
    if (volume.length > SAFE_DIGITS) minute.volume = volumeIn('volume', volume);
    if (vwap !== undefined) priceIn('vwap', vwap, market);
    sessionIn(details.session);
    versionIn(details.version);
    sourceIn(details.source);
    if (dayVolume !== undefined) volumeIn('dayVolume', dayVolume);
    if (dayVwap !== undefined) priceIn('dayVwap', dayVwap, market);
    if (officialOpen !== undefined) priceIn('officialOpen', officialOpen, market);
    if (trades !== undefined) tradesIn('trades', trades);
    return true;
  } catch {
    return false;
  }
}
