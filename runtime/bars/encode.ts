/** Writes the records of both streams as JSON text. */
import type { Coverage, MinuteBar, Ohlcv, RolledBar, Watermark } from './bar.ts';
import { JsonWriter, part } from './json-writer.ts';
import { MINUTE, type Timeframe } from './timeframe.ts';

/** The schema number that this code writes. Additions keep it; anything else is a new number. */
export const SCHEMA = 1;

const record = new JsonWriter();
const [SYMBOL, TIMEFRAME] = [part(`{"type":"bar","schema":${SCHEMA},"symbol":`), part(',"timeframe":')];
const [START, END, OPEN, HIGH] = [part(',"start":'), part(',"end":'), part(',"open":'), part(',"high":')];
const [LOW, CLOSE, VOLUME, VWAP] = [part(',"low":'), part(',"close":'), part(',"volume":'), part(',"vwap":')];
const [MINUTES, UNCOVERED] = [part(',"minutes":'), part(',"uncovered":')];
const [SESSION, FINAL, VERSION] = [part(',"session":'), part(',"final":'), part(',"version":')];
const [SOURCE, DAY_VOLUME, DAY_VWAP] = [part(',"source":'), part(',"dayVolume":'), part(',"dayVwap":')];
const [OFFICIAL_OPEN, TRADES, OTC] = [part(',"officialOpen":'), part(',"trades":'), part(',"otc":true')];
const CLOSING = part('}');

/** The record of a minute bar: JSON in ASCII. Volumes are written as exact decimals, whatever their size. */
export function encodeMinuteBar(bar: MinuteBar): string {
  writeValues(bar, '1m', bar.start + MINUTE);
  writeState(1, 0, bar.session, true, bar.version);
  record.part(SOURCE);
  record.text(bar.source);
  if (bar.dayVolume !== undefined) {
    record.part(DAY_VOLUME);
    record.json(bar.dayVolume);
  }
  number(DAY_VWAP, bar.dayVwap);
  number(OFFICIAL_OPEN, bar.officialOpen);
  number(TRADES, bar.trades);
  if (bar.otc) record.part(OTC);
  record.part(CLOSING);
  return record.take();
}

/** The record of a bar of 5m to 4h. */
export function encodeRolledBar(bar: RolledBar): string {
  writeValues(bar, bar.timeframe, bar.end);
  writeState(bar.minutes, bar.uncovered, bar.session, bar.final, bar.version);
  number(TRADES, bar.trades);
  record.part(CLOSING);
  return record.take();
}

function writeValues(
  bar: Ohlcv & Pick<MinuteBar, 'symbol' | 'start'>,
  timeframe: Timeframe,
  end: number,
): void {
  record.part(SYMBOL);
  record.text(bar.symbol);
  record.part(TIMEFRAME);
  record.text(timeframe);
  record.part(START);
  record.number(bar.start);
  record.part(END);
  record.number(end);
  record.part(OPEN);
  record.number(bar.open);
  record.part(HIGH);
  record.number(bar.high);
  record.part(LOW);
  record.number(bar.low);
  record.part(CLOSE);
  record.number(bar.close);
  record.part(VOLUME);
  record.json(bar.volume);
  number(VWAP, bar.vwap);
}

function writeState(
  minutes: number,
  uncovered: number,
  session: string,
  final: boolean,
  version: number,
): void {
  record.part(MINUTES);
  record.number(minutes);
  record.part(UNCOVERED);
  record.number(uncovered);
  record.part(SESSION);
  record.text(session);
  record.part(FINAL);
  record.json(final ? 'true' : 'false');
  record.part(VERSION);
  record.number(version);
}

function number(name: Uint8Array, value: number | undefined): void {
  if (value === undefined) return;
  record.part(name);
  record.number(value);
}

/** The record of a coverage mark. */
export function encodeCoverage({ slot, symbol, minute, covered, version }: Coverage): string {
  const named = symbol === undefined ? '' : `,"symbol":${JSON.stringify(symbol)}`;
  return `{"type":"coverage","schema":${SCHEMA},"slot":${slot}${named},"minute":${minute},"covered":${covered},"version":${version}}`;
}

/** The record of a watermark. */
export function encodeWatermark({ slot, through, epoch }: Watermark): string {
  return `{"type":"watermark","schema":${SCHEMA},"slot":${slot},"through":${through},"epoch":${epoch}}`;
}
