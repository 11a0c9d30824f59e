/** A market of which symbols can be kept from trading: what is not traded is nowhere to be had, and nobody missed it. */
import type { Source, VendorMinute } from '../../../local/feed/source.ts';
import { MINUTE } from '../../../runtime/bars/timeframe.ts';

export class HaltingMarket implements Source {
  readonly #market: Source;
  readonly #halts: { readonly from: number; readonly to: number; readonly symbols: ReadonlySet<string> }[] =
    [];

  constructor(market: Source) {
    this.#market = market;
  }

  /** These symbols do not trade in `count` minutes, the first of which starts at `from` (epoch ms). */
  halt(from: number, count: number, symbols: readonly string[]): void {
    this.#halts.push({ from, to: from + count * MINUTE, symbols: new Set(symbols) });
  }

  get symbols(): readonly string[] {
    return this.#market.symbols;
  }

  has(symbol: string): boolean {
    return this.#market.has(symbol);
  }

  next(from: number): number | undefined {
    return this.#market.next(from);
  }

  burst(minute: number): readonly VendorMinute[] {
    return this.#market.burst(minute).filter(bar => this.#trades(bar));
  }

  history(symbol: string, from: number, to: number, through: number): readonly VendorMinute[] {
    return this.#market.history(symbol, from, to, through).filter(bar => this.#trades(bar));
  }

  #trades({ symbol, start }: VendorMinute): boolean {
    return !this.#halts.some(({ from, to, symbols }) => start >= from && start < to && symbols.has(symbol));
  }
}
