/** What makes a value of a record unacceptable; every refusal names the field, the value and the rule. */

import { type Market, marketRules } from '../markets/market.ts';
import { SYMBOL } from '../markets/names.ts';
import { MINUTE } from '../markets/timeframe.ts';
import type { MinuteBar, Source } from './bar.ts';
import { type Decimal, decimalOf, MAX_FRACTION_DIGITS, MAX_INTEGER_DIGITS } from './decimal.ts';
import { show } from './show.ts';
import { SLOTS } from './slot.ts';

/** 1970-01-02: before it, zeros and seconds mistaken for milliseconds. */
export const EARLIEST_MINUTE = 86_400_000;
/** 2100-01-01: after it, nanoseconds mistaken for milliseconds. */
export const LATEST_MINUTE = 4_102_444_800_000;
/** The block of the latest minute is closed by then. */
export const LATEST_END = LATEST_MINUTE + 86_400_000;
/** Nothing is of a time further ahead of the clock than this (ms): a clock or a unit is wrong somewhere. */
export const FURTHEST_AHEAD = 3_600_000;
/** Highest version, in the year 2286: the versions and marks of the longest block then still add up below 2^53. */
export const MAX_VERSION = 9_999_999_999_999;
/** Above any price ever quoted, and far below where sums lose their cents. */
export const MAX_PRICE = 1e12;
const SOURCES: readonly Source[] = ['live', 'backfill', 'import'];
/** More trades than any market makes in a minute; those of a window add up to a safe integer. */
const MAX_TRADES = 1e12;
/** Digits of a minute's volume before the point: those of a thousand minutes, more than any window has, add up to a decimal. */
const MAX_VOLUME_DIGITS = MAX_INTEGER_DIGITS - 3;

/** Thrown for a value that breaks a rule; the message is the reason that goes to the quarantine. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(field: string, value: unknown, rule: string) {
    super(`${field} is ${show(value)}: ${rule}`);
  }
}

/** The reason to refuse data whose reading threw, whatever it threw. */
export function reasonOf(error: unknown): string {
  return error instanceof Refused ? error.message : `record is not to be read: ${show(String(error))}`;
}

/** The reason why `read` refuses, or undefined when it does not. */
export function faultOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

export function symbolIn(value: unknown): string {
  if (typeof value === 'string' && SYMBOL.test(value)) return value;
  throw new Refused('symbol', value, 'use 1 to 64 printable characters without spaces');
}

export function wholeIn(field: string, value: unknown, min: number, max = Number.MAX_SAFE_INTEGER): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new Refused(field, value, `use a whole number from ${min} to ${max}`);
}

export function minuteIn(field: string, value: unknown, latest = LATEST_MINUTE): number {
  const minute = wholeIn(field, value, EARLIEST_MINUTE, latest);
  if (minute % MINUTE === 0) return minute;
  throw new Refused(field, value, 'not on a full minute');
}

/** Where a window ends, and a watermark. */
export function endIn(field: string, value: unknown): number {
  return minuteIn(field, value, LATEST_END);
}

export function versionIn(value: unknown): number {
  return wholeIn('version', value, 1, MAX_VERSION);
}

export function slotIn(value: unknown): number {
  return wholeIn('slot', value, 0, SLOTS - 1);
}

export function priceIn(field: string, value: unknown, market: Market): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new Refused(field, value, 'use a finite number');
  if (Math.abs(value) > MAX_PRICE) throw new Refused(field, value, `no price exceeds ${MAX_PRICE}`);
  if (value < 0 && !marketRules[market].allowsNegativePrices)
    throw new Refused(field, value, `prices of ${market} are not negative`);
  return value;
}

/** How many trades a minute was made from. */
export function tradesIn(field: string, value: unknown): number {
  return wholeIn(field, value, 0, MAX_TRADES);
}

/** A minute's volume. */
export function volumeIn(field: string, value: unknown): Decimal {
  return decimalIn(field, value, MAX_VOLUME_DIGITS);
}

/** A window's volume. */
export function rolledVolumeIn(field: string, value: unknown): Decimal {
  return decimalIn(field, value, MAX_INTEGER_DIGITS);
}

function decimalIn(field: string, value: unknown, digits: number): Decimal {
  const decimal = typeof value === 'number' || typeof value === 'string' ? decimalOf(value) : undefined;
  // Nearly all are as short as that with their point and fraction.
  if (decimal !== undefined && (decimal.length <= digits || decimal.split('.', 1).join().length <= digits))
    return decimal;
  const rule = `use a decimal from 0 on with at most ${digits} digits before and ${MAX_FRACTION_DIGITS} after the point`;
  throw new Refused(field, value, rule);
}

export function sourceIn(value: unknown): Source {
  const source = SOURCES.find(known => known === value);
  if (source === undefined) throw new Refused('source', value, `use ${SOURCES.join(', ')}`);
  return source;
}

export function sessionIn(value: unknown): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= 32) return value;
  throw new Refused('session', value, 'use the name of a session or closed');
}

/** Refuses a bar whose high is not its highest or whose low is not its lowest price. */
export function checkRange({
  open,
  high,
  low,
  close,
}: {
  open: number;
  high: number;
  low: number;
  close: number;
}): void {
  if (high < low) throw new Refused('high', high, `below low, ${low}`);
  if (high < open) throw new Refused('high', high, `below open, ${open}`);
  if (high < close) throw new Refused('high', high, `below close, ${close}`);
  if (low > open) throw new Refused('low', low, `above open, ${open}`);
  if (low > close) throw new Refused('low', low, `above close, ${close}`);
}

/** Why a bar cannot be used, or undefined when it can. */
export function barFault(bar: MinuteBar, market: Market): string | undefined {
  return faultOf(() => {
    symbolIn(bar.symbol);
    minuteIn('start', bar.start);
    for (const field of ['open', 'high', 'low', 'close'] as const) priceIn(field, bar[field], market);
    checkRange(bar);
    volumeIn('volume', bar.volume);
    if (bar.vwap !== undefined) priceIn('vwap', bar.vwap, market);
    if (bar.trades !== undefined) tradesIn('trades', bar.trades);
    versionIn(bar.version);
  });
}
