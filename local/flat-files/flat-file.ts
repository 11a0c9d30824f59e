/** The vendor's flat files: days of minute bars as CSV, in any order. All are proven good before a row of one is used. */
import type { Market } from '../../runtime/markets/market.ts';
import { betterSymbol, symbolOf } from '../../runtime/vendor/ticker-names.ts';
import { FlatFileError, type FlatFileOptions, FlatFileReading } from './flat-file-reading.ts';
import { FlatRows } from './flat-rows.ts';
import { RowPages } from './row-pages.ts';

export { FlatFileError, type FlatFileOptions };

export interface FlatFiles {
  /** What was asked for, of all files together. */
  readonly rows: FlatRows;
  /** A line for each file: what is taken of it, and what is left out. */
  readonly summaries: readonly string[];
}

/** Enough to see what files are about. */
const LISTED = 20;

/**
 * Reads and checks whole flat files, packed by gzip or not. Symbols may be asked for however the vendor spells them.
 * @throws FlatFileError for a file that cannot be used, for symbols that none of them has, and when no row is left
 */
export async function readFlatFiles(paths: readonly string[], asked: FlatFileOptions): Promise<FlatFiles> {
  const symbols = asked.symbols?.map(ticker => symbolOf(asked.market, ticker));
  const options = { ...asked, ...(symbols && { symbols }) };
  const pages = new RowPages();
  const files: FlatFileReading[] = [];
  const ends: number[] = [];
  for (const path of paths) {
    files.push(await FlatFileReading.of(path, options, pages));
    ends.push(pages.length);
  }
  const fault = symbolFault(files, options) ?? (pages.length === 0 ? rangeFault(files, options) : undefined);
  if (fault !== undefined) throw new FlatFileError(`${paths.join(', ')}: ${fault}`);
  return { rows: new FlatRows(pages, ends), summaries: files.map(({ summary }) => summary) };
}

function symbolFault(
  files: readonly FlatFileReading[],
  { symbols = [], market }: FlatFileOptions,
): string | undefined {
  if (files.every(file => file.symbols.size === 0)) return undefined;
  const unknown = symbols.filter(symbol => !files.some(file => file.symbols.has(symbol)));
  if (unknown.length === 0) return undefined;
  const all = [...new Set(files.flatMap(file => [...file.symbols]))].sort();
  const more = all.length <= LISTED ? '' : ` and ${all.length - LISTED} more`;
  const instead = soleBetter(unknown, market) ?? `some of ${all.slice(0, LISTED).join(', ')}${more}`;
  return `has no symbol ${unknown.join(', ')}: use ${instead}`;
}

function soleBetter([symbol, ...others]: readonly string[], market: Market): string | undefined {
  return symbol === undefined || others.length > 0 ? undefined : betterSymbol(market, symbol);
}

function rangeFault(files: readonly FlatFileReading[], { from, to }: FlatFileOptions): string {
  if (files.every(({ symbols }) => symbols.size === 0))
    return `no row is left: ${files.flatMap(({ leftOut = [] }) => leftOut).join('; ')}`;
  const iso = (ms: number) => new Date(ms).toISOString();
  const asked = `from ${from === undefined ? 'its first' : iso(from)} to ${to === undefined ? 'its last' : iso(to)}`;
  const spans = files.map(({ span }) => `${iso(span.first)} to ${iso(span.last)}`);
  return `nothing asked for is in it ${asked}: its minutes start ${spans.join(', ')}`;
}
