/** Writes the records of both streams as JSON text. */
import type { Coverage, MinuteBar, RolledBar, Watermark } from './bar.ts';
import { MINUTE } from './timeframe.ts';

/** The schema number that this code writes. Additions keep it; anything else is a new number. */
export const SCHEMA = 1;

const optional = (name: string, value: number | string | undefined) =>
  value === undefined ? '' : `,"${name}":${value}`;

/** Symbols are printable ASCII: few hold a character that JSON writes otherwise. */
const quoted = (text: string) => (/["\\]/.test(text) ? JSON.stringify(text) : `"${text}"`);

/** The record of a minute bar. Volumes are written as exact decimals, whatever their size. */
export function encodeMinuteBar(bar: MinuteBar): string {
  return (
    `{"type":"bar","schema":${SCHEMA},"symbol":${quoted(bar.symbol)},"timeframe":"1m","start":${bar.start},"end":${bar.start + MINUTE},` +
    `"open":${bar.open},"high":${bar.high},"low":${bar.low},"close":${bar.close},"volume":${bar.volume}${optional('vwap', bar.vwap)},` +
    `"minutes":1,"uncovered":0,"session":${quoted(bar.session)},"final":true,"version":${bar.version},"source":"${bar.source}"` +
    optional('dayVolume', bar.dayVolume) +
    optional('dayVwap', bar.dayVwap) +
    optional('officialOpen', bar.officialOpen) +
    optional('trades', bar.trades) +
    `${bar.otc ? ',"otc":true' : ''}}`
  );
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

/** The record of a bar of 5m to 4h. */
export function encodeRolledBar(bar: RolledBar): string {
  return (
    `{"type":"bar","schema":${SCHEMA},"symbol":${quoted(bar.symbol)},"timeframe":"${bar.timeframe}","start":${bar.start},"end":${bar.end},` +
    `"open":${bar.open},"high":${bar.high},"low":${bar.low},"close":${bar.close},"volume":${bar.volume}${optional('vwap', bar.vwap)},` +
    `"minutes":${bar.minutes},"uncovered":${bar.uncovered},"session":${JSON.stringify(bar.session)},"final":${bar.final},"version":${bar.version}` +
    `${optional('trades', bar.trades)}}`
  );
}
