/** What one connection has subscribed to: `AM.AAPL`, `AM.BRK.B`, `T.*`. */
import type { Market } from '../../runtime/markets/market.ts';
import { passedOnRows } from '../../runtime/vendor/channels/table.ts';

export class Subscriptions {
  readonly #params = new Set<string>();
  /** By kind of event: the symbols whose are wanted; `*` for all. */
  readonly #symbols: ReadonlyMap<string, Set<string>>;

  constructor(market: Market) {
    this.#symbols = new Map(passedOnRows[market].map(({ kind }) => [kind, new Set()]));
  }

  /** Symbols named one by one, without the wildcard. */
  get named(): readonly string[] {
    return [...this.#symbols.values()].flatMap(symbols => [...symbols]).filter(symbol => symbol !== '*');
  }

  /** Kinds of which anything is wanted. */
  get kinds(): readonly string[] {
    return [...this.#symbols].flatMap(([kind, { size }]) => (size > 0 ? [kind] : []));
  }

  /** What was subscribed first; empty when nothing was. */
  get first(): string {
    const [first = ''] = this.#params;
    return first;
  }

  /** False for a topic that does not exist and for one that is subscribed already. */
  add(param: string): boolean {
    const { topic, symbol } = split(param);
    const symbols = this.#symbols.get(topic);
    if (symbol === '' || symbols === undefined || this.#params.has(param)) return false;
    this.#params.add(param);
    symbols.add(symbol);
    return true;
  }

  /** False when it was not subscribed. */
  remove(param: string): boolean {
    const { topic, symbol } = split(param);
    this.#symbols.get(topic)?.delete(symbol);
    return this.#params.delete(param);
  }

  /** Whether the symbol's events of that kind are to be sent. */
  wants(kind: string, symbol: string): boolean {
    const symbols = this.#symbols.get(kind);
    return symbols !== undefined && (symbols.has('*') || symbols.has(symbol));
  }
}

/** At the first dot: symbols have dots of their own. */
export function split(param: string): { topic: string; symbol: string } {
  const dot = param.indexOf('.');
  return dot < 0
    ? { topic: param, symbol: '' }
    : { topic: param.slice(0, dot), symbol: param.slice(dot + 1) };
}
