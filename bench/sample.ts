/** Made-up minutes that look like the vendor's: the same for the same symbol and minute, on every machine. */

import { MINUTE } from '../runtime/markets/timeframe.ts';
import type { MinuteBar } from '../runtime/records/bar.ts';
import { decimalOf } from '../runtime/records/decimal.ts';

/** A regular Thursday, 09:30 to 13:30 New York: 08:00 to 12:00 is a 4h block by the clock. */
export const BLOCK_START = Date.parse('2025-11-20T13:00:00Z');

/** That many distinct symbols of one to five letters. */
export function sampleSymbols(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    let rest = i * 7_919 + 26;
    let symbol = '';
    do {
      symbol = String.fromCharCode(65 + (rest % 26)) + symbol;
      rest = Math.floor(rest / 26) - 1;
    } while (rest >= 0);
    return symbol;
  });
}

/** A number from 0 to 1 that depends on nothing but its arguments. */
export function noise(a: number, b: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

const cents = (price: number) => Math.round(price * 100) / 100;

/** The bar of a symbol's minute as it comes live, every optional field there, volume with fractional shares now and then. */
export function sampleBar(symbol: string, index: number, start: number): MinuteBar {
  const minute = start / MINUTE;
  const base = 5 + 400 * noise(index, 1) ** 3;
  const price = base * (1 + 0.02 * (noise(index, minute) - 0.5));
  const spread = base * 0.001 * noise(minute, index);
  const [open, close] = [cents(price - spread), cents(price + spread)];
  const shares = Math.floor(100 * 1_000 ** noise(index, minute + 1));
  const fraction =
    noise(index, minute + 2) < 0.2 ? `.${1 + Math.floor(99_998 * noise(index, minute + 3))}` : '';
  return {
    type: 'bar',
    symbol,
    start,
    open,
    high: cents(price + 2 * spread),
    low: cents(price - 2 * spread),
    close,
    volume: decimalOf(`${shares}${fraction}`) ?? '0',
    vwap: Math.round(price * 10_000) / 10_000,
    session: 'regular',
    version: start + MINUTE + 2_000 + (index % 900),
    source: 'live',
    dayVolume: String(1_000_000 + shares * 10),
    dayVwap: Math.round(base * 10_000) / 10_000,
    officialOpen: cents(base),
  };
}
