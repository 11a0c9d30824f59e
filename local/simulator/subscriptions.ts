/** What one connection has subscribed to: `AM.AAPL`, `AM.BRK.B`, `AM.*`. */
import type { Market } from '../../runtime/markets/market.ts';
import { minuteTopic } from './events.ts';

/** Every topic a market has. Only minute bars carry data here; the others are taken and stay silent. */
const TOPICS: Readonly<Record<Market, readonly string[]>> = {
  stocks: ['A', 'AM', 'T', 'Q', 'FMV', 'LULD', 'NOI'],
  crypto: ['XA', 'XAS', 'XT', 'XQ', 'XL2', 'FMV'],
  futures: ['A', 'AM', 'T', 'Q'],
};

export class Subscriptions {
  readonly #market: Market;
  readonly #params = new Set<string>();
  /** Symbols whose minute bars are wanted; `*` for all. */
  readonly #symbols = new Set<string>();

  constructor(market: Market) {
    this.#market = market;
  }

  /** Symbols named one by one, without the wildcard. */
  get named(): readonly string[] {
    return [...this.#symbols].filter(symbol => symbol !== '*');
  }

  /** What was subscribed first; empty when nothing was. */
  get first(): string {
    const [first = ''] = this.#params;
    return first;
  }

  /** False for a topic that does not exist and for one that is subscribed already. */
  add(param: string): boolean {
    const { topic, symbol } = split(param);
    if (symbol === '' || !TOPICS[this.#market].includes(topic) || this.#params.has(param)) return false;
    this.#params.add(param);
    if (topic === minuteTopic[this.#market]) this.#symbols.add(symbol);
    return true;
  }

  /** False when it was not subscribed. */
  remove(param: string): boolean {
    const { topic, symbol } = split(param);
    if (topic === minuteTopic[this.#market]) this.#symbols.delete(symbol);
    return this.#params.delete(param);
  }

  /** Whether the symbol's minute bars are to be sent. */
  wants(symbol: string): boolean {
    return this.#symbols.has('*') || this.#symbols.has(symbol);
  }
}

/** At the first dot: symbols have dots of their own. */
export function split(param: string): { topic: string; symbol: string } {
  const dot = param.indexOf('.');
  return dot < 0
    ? { topic: param, symbol: '' }
    : { topic: param.slice(0, dot), symbol: param.slice(dot + 1) };
}
