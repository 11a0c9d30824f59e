/** What the templates of a stage say it follows, when files feed it. */
import type { Market } from '../runtime/bars/names.ts';
import { betterSymbol } from '../runtime/platform/ticker-names.ts';

/** A task's variables hold no longer list. */
const MOST_SYMBOLS = 1_000;

/** The files' symbols; everything, where they are many, or where some are of another market, which templates do not take. */
export function followed(market: Market, symbols: readonly string[]): '*' | readonly string[] {
  const isFeeds = symbols.length <= MOST_SYMBOLS && symbols.every(each => !betterSymbol(market, each));
  return isFeeds ? symbols : '*';
}
