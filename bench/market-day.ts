/** A day of the whole US market as the vendor's flat file has it: sorted by ticker, then time; the same on every machine. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MINUTE } from '../runtime/markets/timeframe.ts';
import { noise, sampleBar, sampleSymbols } from './sample.ts';

/** Tickers that have a row that day. */
const TICKERS = 11_000;
/** A regular Thursday in New York: the extended day from 04:00 on, 960 minutes of which 390 are regular. */
const FIRST = Date.parse('2025-11-20T09:00:00Z');
const [MINUTES, OPENS, CLOSES] = [960, 330, 720];
/** Of these the most liquid trade in every minute, and the next ones ever less. */
const [LIQUID, FADING] = [1_000, 2_150];
/** How much less is traded before and after the regular session. */
const EXTENDED = 0.1;

/** Writes about 1.4 million rows. @returns how many */
export async function writeMarketDay(path: string): Promise<number> {
  let rows = 0;
  function* text(): Generator<string> {
    yield 'ticker,volume,open,close,high,low,window_start,transactions\n';
    const ranks = new Map(sampleSymbols(TICKERS).map((symbol, rank) => [symbol, rank]));
    for (const [symbol, rank] of [...ranks].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const lines = rowsOf(symbol, rank);
      rows += lines.length;
      yield lines.join('');
    }
  }
  await pipeline(Readable.from(text()), createWriteStream(path));
  return rows;
}

function rowsOf(symbol: string, rank: number): string[] {
  const activity = Math.min(1, Math.exp((LIQUID - rank) / FADING));
  const lines: string[] = [];
  for (let minute = 0; minute < MINUTES; minute++) {
    const isRegular = minute >= OPENS && minute < CLOSES;
    if (noise(rank * MINUTES + minute, 7) >= activity * (isRegular ? 1 : EXTENDED)) continue;
    const { open, high, low, close, volume, start } = sampleBar(symbol, rank, FIRST + minute * MINUTE);
    lines.push(
      `${symbol},${volume},${open},${close},${high},${low},${start}000000,${1 + ((rank + minute) % 90)}\n`,
    );
  }
  return lines;
}
