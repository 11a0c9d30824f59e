/** What a stage follows that is fed by a simulated market or from files, and how wide its streams are. */
import type { Market } from '../../runtime/markets/names.ts';
import { betterSymbol } from '../../runtime/vendor/ticker-names.ts';

/** A task's variables hold no longer list. */
const MOST_SYMBOLS = 1_000;
/** What a shard carries, and how many there are for more, as in `prod`. */
const SYMBOLS_PER_SHARD = 2_000;
const MANY_SHARDS = 4;
/** An import of a whole market is bound by the processors and by memory, and one worker remembers less than two. */
const IMPORT_SHARDS = 1;

export interface Followed {
  readonly symbols: '*' | readonly string[];
  readonly shards: number;
}

/** These symbols by name; everything, where they are many, or where some are of another market, which templates do not take. */
export function followed(market: Market, symbols: readonly string[]): Followed {
  const isFeeds = symbols.length <= MOST_SYMBOLS && symbols.every(each => !betterSymbol(market, each));
  return {
    symbols: isFeeds ? symbols : '*',
    shards: symbols.length <= SYMBOLS_PER_SHARD ? 1 : MANY_SHARDS,
  };
}

/**
 * The same for an import of these symbols. One that ends by itself fills no bar store: nobody could ask it, and a write a
 * bar takes longer than all the rest.
 */
export function imported(
  market: Market,
  symbols: readonly string[],
  ends: boolean,
): Followed & { readonly store?: false } {
  const all = followed(market, symbols);
  return { ...all, shards: Math.min(all.shards, IMPORT_SHARDS), ...(ends && { store: false }) };
}

/** Everything that the market trades. */
export const everything: Followed = { symbols: '*', shards: MANY_SHARDS };
