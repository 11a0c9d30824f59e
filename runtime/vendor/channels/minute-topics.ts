/** The topics of minutes: what is subscribed to, and what proves that the feed is alive. */

import type { Market } from '../../markets/market.ts';
import { liquidSymbols } from '../liquid.ts';
import type { Wanted } from '../needs.ts';
import { channelTable, topicOf } from './table.ts';

export interface MinuteTopics {
  /** Without repetitions. */
  readonly all: readonly string[];
  /** Subscribed to as proof of life and not published. */
  readonly sentinel: string | undefined;
  /** Whether one of the acknowledged topics trades every minute of a regular session. */
  hasLiquid(acknowledged: ReadonlySet<string>): boolean;
}

/**
 * The topics for what is wanted. A fixed list gets a sentinel: the market's most liquid symbol that is not in it, whose
 * bars show that minutes without other bars were watched.
 * @param at the present (epoch ms), for contracts that expire
 * @param preferred the sentinel to take if it is not in the list
 */
export function minuteTopics(
  market: Market,
  { symbols }: Pick<Wanted, 'symbols'>,
  at: number,
  preferred?: string,
): MinuteTopics {
  const known = liquidSymbols[market](at);
  const liquid = preferred === undefined ? known : [preferred, ...known];
  const topicFor = (symbol: string) => topicOf(channelTable.minutes[market], symbol);
  const everything = topicFor('*');
  const proofs = [everything, ...liquid.map(topicFor)];
  const hasLiquid = (acknowledged: ReadonlySet<string>) => proofs.some(topic => acknowledged.has(topic));
  if (symbols === '*') return { all: [everything], sentinel: undefined, hasLiquid };
  const sentinel = liquid.find(symbol => !symbols.includes(symbol));
  const all = (sentinel === undefined ? symbols : [...symbols, sentinel]).map(topicFor);
  return { all, sentinel, hasLiquid };
}
