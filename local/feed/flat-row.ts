/** One row of the vendor's flat file: text in, numbers out, or the reason why not. */
import type { Ohlcv } from '../../runtime/bars/bar.ts';
import {
  checkRange,
  minuteIn,
  priceIn,
  Refused,
  symbolIn,
  volumeIn,
  wholeIn,
} from '../../runtime/bars/check.ts';
import type { Market } from '../../runtime/bars/market.ts';
import { MINUTE } from '../../runtime/bars/timeframe.ts';

/** The only header that is accepted. */
export const HEADER = 'ticker,volume,open,close,high,low,window_start,transactions';

/** A row by itself: what no other row is needed to know. */
export interface FlatMinute extends Ohlcv {
  /** The file's `ticker`, case and all. */
  readonly symbol: string;
  /** Epoch ms UTC. */
  readonly start: number;
}

const FIELDS = HEADER.split(',').length;
const PRICE = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;
const NANOSECONDS = /^\d{7,19}$/;
const COUNT = /^\d{1,15}$/;

/**
 * Reads one row by the rules that minute bars must keep in this market.
 * @throws Refused, which names field, value and rule
 */
export function parseRow(line: string, market: Market): FlatMinute {
  const fields = line.split(',');
  if (fields.length !== FIELDS)
    throw new Refused('row', line, `use ${FIELDS} fields, ${HEADER}, not ${fields.length}`);
  const [ticker, volume, open = '', close = '', high = '', low = '', start = '', trades = ''] = fields;
  const row = {
    symbol: symbolIn(ticker),
    start: startIn(start),
    open: priceFrom('open', open, market),
    high: priceFrom('high', high, market),
    low: priceFrom('low', low, market),
    close: priceFrom('close', close, market),
    volume: volumeIn('volume', volume),
  };
  checkRange(row);
  return trades === '' ? row : { ...row, trades: tradesIn(trades) };
}

/** From nanoseconds, which a double cannot hold, to ms. */
function startIn(text: string): number {
  if (!NANOSECONDS.test(text))
    throw new Refused('window_start', text, 'use nanoseconds since 1970 UTC, digits only');
  const milliseconds = Number(text.slice(0, -6));
  if (!text.endsWith('000000') || milliseconds % MINUTE !== 0) {
    throw new Refused('window_start', text, 'not on a full minute (a multiple of 60000000000 ns)');
  }
  return minuteIn('window_start in ms', milliseconds);
}

function priceFrom(field: string, text: string, market: Market): number {
  if (!PRICE.test(text)) throw new Refused(field, text, 'use a decimal number');
  return priceIn(field, Number(text), market);
}

function tradesIn(text: string): number {
  if (!COUNT.test(text))
    throw new Refused('transactions', text, 'use a whole number from 0 on, or leave it empty');
  return wholeIn('transactions', Number(text), 0);
}
