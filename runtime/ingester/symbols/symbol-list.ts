/** Reads a list of symbols that somebody else keeps: `*`, a JSON array, or one symbol a line. */
import { faultOf, symbolIn } from '../../bars/check.ts';

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
 * @throws RangeError when any part is not a symbol, or there is none: a list that is wrong in one place may be wrong in all
 */
export function symbolListOf(text: string, limit: number): SymbolList {
  if (text.trim() === '*') return { symbols: '*' };
  const parts = text.trim().startsWith('[') ? arrayIn(text) : linesIn(text);
  for (const part of parts) {
    const fault =
      typeof part === 'string' && part.includes('*') ? '* stands alone' : faultOf(() => symbolIn(part));
    if (fault !== undefined)
      throw new RangeError(`the list of symbols holds ${JSON.stringify(part)}: ${fault}`);
  }
  const all = [...new Set(parts.map(String))];
  if (all.length === 0)
    throw new RangeError('the list of symbols is empty: use *, a JSON array, or one symbol a line');
  return withinPlan(all, limit);
}

function arrayIn(text: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed)) return parsed;
  } catch {
    // Said below, for both.
  }
  throw new RangeError('the list of symbols begins with [ but is not a JSON array');
}

function linesIn(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(line => line !== '');
}
