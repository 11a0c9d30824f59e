/** Writes the records of both streams as JSON text: what they say is defined here, and `fast/` writes the same sooner. */

import { MINUTE, type Timeframe } from '../markets/timeframe.ts';
import { type Coverage, type MinuteBar, type RolledBar, SCHEMA, type Watermark } from './bar.ts';
import { asAscii } from './show.ts';

type AnyBar = Omit<RolledBar, 'timeframe'> & { readonly timeframe: Timeframe };

/** The record of a minute bar. Volumes are written as exact decimals, whatever their size. */
export function encodeMinuteBar(bar: MinuteBar): string {
  const { source, dayVolume, dayVwap, officialOpen, trades, otc } = bar;
  const counts = { minutes: 1, uncovered: 0, final: true };
  const details = { source, dayVolume, dayVwap, officialOpen, trades, otc };
  return barText({ ...bar, ...counts, timeframe: '1m', end: bar.start + MINUTE }, details);
}

/** The record of a bar of 5m to 4h. */
export function encodeRolledBar(bar: RolledBar): string {
  return encodeBar(bar);
}

/** A bar of any length, as far as all bars are alike. */
export function encodeBar(bar: AnyBar): string {
  return barText(bar, { trades: bar.trades });
}

/** The record of a coverage mark. */
export function encodeCoverage({ slot, symbol, minute, covered, version }: Coverage): string {
  return asText({ type: 'coverage', schema: SCHEMA, slot, symbol, minute, covered, version });
}

/** The record of a watermark. */
export function encodeWatermark({ slot, through, epoch }: Watermark): string {
  return asText({ type: 'watermark', schema: SCHEMA, slot, through, epoch });
}

/** What every bar says, in the order of the record contract, and then its details. */
function barText(bar: AnyBar, details: object) {
  const { symbol, timeframe, start, end, open, high, low, close, volume, vwap } = bar;
  const { minutes, uncovered, session, final, version } = bar;
  const identity = { type: 'bar', schema: SCHEMA, symbol, timeframe, start, end };
  const values = { open, high, low, close, volume, vwap };
  return asText({ ...identity, ...values, minutes, uncovered, session, final, version, ...details });
}

/** JSON in ASCII. Volumes lose their quotes, not their digits: a number of JSON's has any length, and within a text a quote is escaped. */
export function asText(record: object): string {
  return asAscii(JSON.stringify(record)).replace(/("(?:v|dayV)olume":)"([\d.]+)"/g, '$1$2');
}
