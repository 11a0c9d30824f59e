/** Reads a list of symbols that somebody else keeps: `*`, a JSON array, or symbols with commas, blanks or line ends between them. */

import type { Market } from '../markets/names.ts';
import { faultOf, Refused, symbolIn } from '../records/check.ts';
import { show } from '../records/show.ts';
import { betterSymbol, symbolOf } from './ticker-names.ts';

export interface SymbolList {
  readonly symbols: '*' | readonly string[];
  /** What to say of symbols that were left out because the plan allows no more. @default none were */
  readonly shortage?: string;
}

/** Keeps the first `limit` symbols. */
export function withinPlan(symbols: '*' | readonly string[], limit: number): SymbolList {
  if (symbols === '*' || symbols.length <= limit) return { symbols };
  const leftOut = symbols.length - limit;
  const shortage = `the plan allows ${limit} symbols: the last ${leftOut} of the list are left out`;
  return { symbols: symbols.slice(0, limit), shortage };
}

/**
 * Repeated symbols count once; of more than `limit` the first are kept.
 * @param market whose tickers they have to be, as the vendor spells them anywhere. @default they were read before
 * @throws RangeError when any part is not a symbol, or there is none: a list that is wrong in one place may be wrong in all
 */
export function symbolListOf(text: string, limit: number, market?: Market): SymbolList {
  if (text.trim() === '*') return { symbols: '*' };
  const parts = text.trim().startsWith('[') ? arrayIn(text) : symbolsIn(text);
  const all = new Set<string>();
  for (const part of parts) {
    const fault = faultOf(() => all.add(listedSymbolIn(part, market)));
    if (fault !== undefined) throw new RangeError(`the list of symbols holds ${show(part)}: ${fault}`);
  }
  if (all.size === 0)
    throw new RangeError(
      'the list of symbols is empty: use *, a JSON array, or symbols with commas or line ends between them',
    );
  return withinPlan([...all], limit);
}

/**
 * A symbol of a list, as the feed of the market spells it.
 * @param market whose ticker it has to be. @default it was read before
 * @throws Refused that says what to use
 */
export function listedSymbolIn(part: unknown, market?: Market): string {
  if (typeof part === 'string' && part.includes('*')) throw new Refused('symbol', part, '* stands alone');
  if (market === undefined) return symbolIn(part);
  const symbol = symbolIn(typeof part === 'string' ? symbolOf(market, part) : part);
  const use = betterSymbol(market, symbol);
  if (use !== undefined) throw new Refused('symbol', part, `use ${use}`);
  return symbol;
}

function arrayIn(text: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed))
      return parsed.flatMap(part => (typeof part === 'string' ? symbolsIn(part) : [part]));
  } catch {
    // Said below, for both.
  }
  throw new RangeError('the list of symbols begins with [ but is not a JSON array');
}

/** The parts of a list, whether somebody wrote it with commas, blanks or line ends. */
export function symbolsIn(text: string): string[] {
  return text.split(/[\s,]+/).filter(part => part !== '');
}
