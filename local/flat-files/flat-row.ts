/** One row of the vendor's flat file: text in, numbers out, or the reason why not. */

import type { Market } from '../../runtime/markets/market.ts';
import { MINUTE } from '../../runtime/markets/timeframe.ts';
import type { Ohlcv } from '../../runtime/records/bar.ts';
import { checkRange, minuteIn, priceIn, Refused, tradesIn, volumeIn } from '../../runtime/records/check.ts';
import type { FlatColumns } from './flat-columns.ts';

/** A row by itself, but for its ticker: what no other row is needed to know. */
export interface FlatValues extends Ohlcv {
  /** Epoch ms UTC. */
  readonly start: number;
  /** Of the bar that was archived; the vendor's files have none. */
  readonly version?: number;
}

/** A row by itself. */
export interface FlatMinute extends FlatValues {
  /** As the feed spells it. */
  readonly symbol: string;
}

const PRICE = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;
const NANOSECONDS = /^(\d{7,19})(?:\.0*)?$/;
const COUNT = /^(\d{1,15})(?:\.0*)?$/;

/**
 * Reads the values of a row by the rules that minute bars must keep in this market.
 * @throws Refused, which names field, value and rule
 */
export function valuesOf(fields: readonly string[], columns: FlatColumns, market: Market): FlatValues {
  if (fields.length !== columns.width)
    throw new Refused(
      'row',
      fields.join(','),
      `use ${columns.width} fields as in the first line, not ${fields.length}`,
    );
  const price = (name: 'open' | 'high' | 'low' | 'close') =>
    priceFrom(name, fields[columns[name]] ?? '', market);
  const row = {
    start: startIn(fields[columns.window_start] ?? ''),
    open: price('open'),
    high: price('high'),
    low: price('low'),
    close: price('close'),
    volume: columns.volume === columns.width ? '0' : volumeIn('volume', fields[columns.volume]),
  };
  checkRange(row);
  const trades = fields[columns.transactions] ?? '';
  return trades === '' ? row : { ...row, trades: countIn('transactions', trades) };
}

/** From nanoseconds, which a double cannot hold, to ms. */
function startIn(text: string): number {
  const [, digits] = NANOSECONDS.exec(text) ?? [];
  if (digits === undefined)
    throw new Refused('window_start', text, 'use nanoseconds since 1970 UTC, digits only');
  const milliseconds = Number(digits.slice(0, -6));
  if (!digits.endsWith('000000') || milliseconds % MINUTE !== 0)
    throw new Refused('window_start', text, 'not on a full minute (a multiple of 60000000000 ns)');
  return minuteIn('window_start in ms', milliseconds);
}

function priceFrom(field: string, text: string, market: Market): number {
  if (!PRICE.test(text)) throw new Refused(field, text, 'use a decimal number');
  return priceIn(field, Number(text), market);
}

function countIn(field: string, text: string): number {
  const [, digits] = COUNT.exec(text) ?? [];
  if (digits === undefined) throw new Refused(field, text, 'use a whole number from 0 on, or leave it empty');
  return tradesIn(field, Number(digits));
}
