/** Which of the 64 slots hold a symbol of the feed: what the monitor must look at, in a form that fits a variable. */
import { createHash } from 'node:crypto';

/** `*` for all; else slot numbers. A slot is the top 6 bits of MD5(symbol), as everywhere in the record contract. */
export function slotsOf(symbols: '*' | readonly string[]): string {
  if (symbols === '*') return '*';
  const slots = symbols.map(symbol => (createHash('md5').update(symbol).digest()[0] ?? 0) >> 2);
  return [...new Set(slots)].sort((a, b) => a - b).join(',');
}
