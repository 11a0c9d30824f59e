/** What the streams carry as schemas: what a text must say of each field by itself. Rules between fields are the reader's. */
import * as v from 'valibot';
import { SYMBOL } from '../../runtime/markets/names.ts';
import { MINUTE, rolledTimeframes } from '../../runtime/markets/timeframe.ts';
import { SCHEMA } from '../../runtime/records/bar.ts';
import {
  EARLIEST_MINUTE,
  LATEST_END,
  LATEST_MINUTE,
  MAX_PRICE,
  MAX_VERSION,
} from '../../runtime/records/check.ts';
import { ENVELOPE_SCHEMA, LATEST_INSTANT } from '../../runtime/records/envelope.ts';
import { SLOTS } from '../../runtime/records/slot.ts';

const whole = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
const minute = (text: string, latest = LATEST_MINUTE) =>
  v.pipe(
    v.number(),
    v.integer(),
    v.minValue(EARLIEST_MINUTE),
    v.maxValue(latest),
    v.multipleOf(MINUTE),
    v.description(text),
  );
const price = (text: string) =>
  v.pipe(v.number(), v.minValue(-MAX_PRICE), v.maxValue(MAX_PRICE), v.description(text));
const volume = (text: string) => v.pipe(v.number(), v.minValue(0), v.description(text));
const symbol = v.pipe(v.string(), v.regex(SYMBOL), v.description('as the vendor spells it, case and all'));
const slot = v.pipe(whole(0, SLOTS - 1), v.description("the top 6 bits of the symbol's MD5"));
const schema = v.pipe(v.literal(SCHEMA), v.description('another number means another layout'));
const version = 'of two records with one identity the higher is the newer';

const ohlcv = {
  open: price('in the quote currency'),
  high: price('in the quote currency'),
  low: price('in the quote currency'),
  close: price('in the quote currency'),
  volume: volume('exact: it may have more digits than a double holds'),
  vwap: v.optional(price('absent where a minute with volume has none')),
};
const bar = {
  type: v.literal('bar'),
  schema,
  symbol,
  start: minute('epoch milliseconds, UTC'),
  end: minute('epoch milliseconds, UTC: the bar covers [start, end)', LATEST_END),
  ...ohlcv,
  session: v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(32),
    v.description("of the window's first open minute; closed outside all"),
  ),
};

export const oneMinuteBar = v.looseObject({
  ...bar,
  timeframe: v.literal('1m'),
  minutes: v.literal(1),
  uncovered: v.literal(0),
  final: v.literal(true),
  version: v.pipe(whole(1, MAX_VERSION), v.description(version)),
  source: v.picklist(['live', 'backfill', 'import']),
  dayVolume: v.optional(volume("the trading day's volume so far, exact")),
  dayVwap: v.optional(price("the trading day's VWAP so far")),
  officialOpen: v.optional(price("the trading day's official opening price")),
  trades: v.optional(v.pipe(whole(0, 1e12), v.description('how many trades it is made of'))),
  otc: v.optional(v.pipe(v.literal(true), v.description('of over-the-counter symbols alone'))),
});

export const longerBar = v.looseObject({
  ...bar,
  timeframe: v.picklist(rolledTimeframes),
  minutes: v.pipe(whole(1), v.description('how many minute bars it is made of')),
  uncovered: v.pipe(whole(0), v.description('how many of its minutes the feed was blind for')),
  final: v.pipe(v.boolean(), v.description('whether the window is closed; a correction can still follow')),
  version: v.pipe(whole(1), v.description(version)),
  trades: v.optional(v.pipe(whole(0), v.description('how many trades it is made of'))),
});

export const coverage = v.looseObject({
  type: v.literal('coverage'),
  schema,
  slot,
  symbol: v.optional(symbol),
  minute: minute('epoch milliseconds, UTC: the start of the minute'),
  covered: v.pipe(v.boolean(), v.description('false: nobody saw the minute; true takes that back')),
  version: v.pipe(whole(1, MAX_VERSION), v.description(version)),
});

export const watermark = v.looseObject({
  type: v.literal('watermark'),
  schema,
  slot,
  through: minute(
    'every minute of the slot that ends by then is published, or declared uncovered',
    LATEST_END,
  ),
  epoch: v.pipe(whole(0), v.description('how often the right to connect had changed hands; 0 for imports')),
});

const text = (what: string) => v.pipe(v.string(), v.minLength(1), v.description(what));
const instant = (what: string) => v.pipe(whole(0, LATEST_INSTANT), v.description(what));

export const event = v.looseObject({
  ingest_ts: instant('when it came, epoch milliseconds'),
  type: text("the vendor's kind: T, Q, FMV and so on"),
  symbol: text('as the vendor spells it'),
  topic: text('kind and symbol, such as T.AAPL'),
  feed: text('name of the feed'),
  ts: instant("the vendor's time of it, epoch milliseconds"),
  payload: v.pipe(
    v.looseObject({}),
    v.description("the vendor's text as it came: its nanoseconds have more digits than a double holds"),
  ),
  hostname: text('of the process that passed it on'),
  app_version: text('release of that'),
  schema_version: v.pipe(v.literal(ENVELOPE_SCHEMA), v.description('another number means another layout')),
  seq: v.pipe(whole(1), v.description('rises by one per event of the process: a hole is a drop')),
});
