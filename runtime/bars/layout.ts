/** Reads a minute bar in the very layout that `encodeMinuteBar` writes from its bytes, in half the time of `JSON.parse`; all else is for the general reader. */
import type { MinuteBar } from './bar.ts';
import {
  checkRange,
  minuteIn,
  priceIn,
  Refused,
  sessionIn,
  sourceIn,
  versionIn,
  volumeIn,
  wholeIn,
} from './check.ts';
import { SCHEMA } from './encode.ts';
import { expected, JsonReader } from './json-reader.ts';
import type { Market } from './market.ts';
import { MINUTE } from './timeframe.ts';

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

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const reader = new JsonReader();

/**
 * The bar of a record in that layout, whose text is given in base64; undefined for any other text, which may be the same
 * record in other words, and for a bar that breaks a rule.
 */
export function minuteBarIn(base64: string, market: Market): MinuteBar | undefined {
  if (!reader.open(base64) || !reader.skip(SYMBOL)) return undefined;
  const symbol = reader.name();
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
  reader.expect(SESSION);
  const session = reader.name();
  reader.expect(VERSION);
  const version = reader.number();
  reader.expect(SOURCE);
  const source = reader.name();
  const dayVolume = reader.skip(DAY_VOLUME) ? reader.decimal() : undefined;
  const dayVwap = reader.skip(DAY_VWAP) ? reader.number() : undefined;
  const officialOpen = reader.skip(OFFICIAL_OPEN) ? reader.number() : undefined;
  const trades = reader.skip(TRADES) ? reader.number() : undefined;
  const isOtc = reader.skip(OTC);
  if (!reader.closes() || end !== start + MINUTE) return undefined;
  try {
    const bar: Writable<MinuteBar> = {
      type: 'bar',
      symbol,
      start: minuteIn('start', start),
      open: priceIn('open', open, market),
      high: priceIn('high', high, market),
      low: priceIn('low', low, market),
      close: priceIn('close', close, market),
      volume: volumeIn('volume', volume),
      session: sessionIn(session),
      version: versionIn(version),
      source: sourceIn(source),
    };
    checkRange(bar);
    if (vwap !== undefined) bar.vwap = priceIn('vwap', vwap, market);
    if (trades !== undefined) bar.trades = wholeIn('trades', trades, 0);
    if (dayVolume !== undefined) bar.dayVolume = volumeIn('dayVolume', dayVolume);
    if (dayVwap !== undefined) bar.dayVwap = priceIn('dayVwap', dayVwap, market);
    if (officialOpen !== undefined) bar.officialOpen = priceIn('officialOpen', officialOpen, market);
    if (isOtc) bar.otc = true;
    return bar;
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}
