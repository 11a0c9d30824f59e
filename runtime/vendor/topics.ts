/** The topics of one connection: what is subscribed to, and what proves that the feed is alive. */

import type { Market } from '../markets/market.ts';
import { dialects } from './liquid.ts';
import type { Wanted } from './needs.ts';

export interface Topics {
  /** Event type of minute bars. */
  readonly event: string;
  /** Without repetitions. */
  readonly all: readonly string[];
  /** Subscribed to as proof of life and not published. */
  readonly sentinel: string | undefined;
  /** Whether one of the acknowledged topics trades every minute of a regular session. */
  hasLiquid(acknowledged: ReadonlySet<string>): boolean;
}

/**
 * The topics for a subscription. A fixed list gets a sentinel: the market's most liquid symbol that is not in it, whose
 * bars show that minutes without other bars were watched.
 * @param at the present (epoch ms), for contracts that expire
 * @param preferred the sentinel to take if it is not in the list
 */
export function topicsFor(
  market: Market,
  { symbols }: Pick<Wanted, 'symbols'>,
  at: number,
  preferred?: string,
): Topics {
  const { event, liquid: known } = dialects[market];
  const liquid = preferred === undefined ? known(at) : [preferred, ...known(at)];
  const topicOf = (symbol: string) => `${event}.${symbol}`;
  const everything = topicOf('*');
  const proofs = [everything, ...liquid.map(topicOf)];
  const hasLiquid = (acknowledged: ReadonlySet<string>) => proofs.some(topic => acknowledged.has(topic));
  if (symbols === '*') return { event, all: [everything], sentinel: undefined, hasLiquid };
  const sentinel = liquid.find(symbol => !symbols.includes(symbol));
  const all = (sentinel === undefined ? symbols : [...symbols, sentinel]).map(topicOf);
  return { event, all, sentinel, hasLiquid };
}
